"""A person at their keyboard: what they type, click, choose and submit, sent to the bot as Slack would.

It refuses what a person cannot do: press a button they cannot see, use a view that is closed, submit what Slack's
client would keep.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field

from bot.practice.slack_standin import acknowledgements, form, payloads
from bot.practice.slack_standin.answer import Answer
from bot.practice.slack_standin.channel_events import (
    change,
    deactivate,
    join,
    leave,
    open_home,
    react,
    rename,
    say,
    set_archived,
)
from bot.practice.slack_standin.courier import Courier
from bot.practice.slack_standin.form_values import STATE_KEYS, starting_values
from bot.practice.slack_standin.records import Channel, Json, Message, OpenView, User
from bot.practice.slack_standin.screen import NotOnScreen, at, find
from bot.practice.slack_standin.stage import Stage


@dataclass
class Person:
    stage: Stage = field(repr=False)
    courier: Courier = field(repr=False)
    user: User
    _on_messages: dict[tuple[str, str], Json] = field(default_factory=dict, repr=False)

    @property
    def id(self) -> str:
        return self.user.id

    @property
    def name(self) -> str:
        return self.user.name

    @property
    def mention(self) -> str:
        return f"<@{self.user.id}>"

    # --- commands and shortcuts

    async def command(
        self, command: str, text: str = "", *, channel: str | Channel = "general", thread_ts: str | None = None
    ) -> Answer:
        """Types a slash command. Raises RefusedByClient in a thread, where Slack has none (docs, "Slash commands")."""
        if thread_ts is not None:
            raise form.RefusedByClient({command: f"{command} is not supported in threads. Sorry!"})
        place = self.stage.workspace.channel(channel)
        payload = payloads.slash_command(self.stage, self.user, place, command, text)
        answer = await self.courier.deliver("command", payload)
        acknowledgements.after_command(self.stage, self.user, place, answer)
        answer.view = self.stage.workspace.open_view(self.user)
        return answer

    async def shortcut(self, callback_id: str) -> Answer:
        return await self._interact("shortcut", payloads.global_shortcut(self.stage, self.user, callback_id))

    async def message_shortcut(self, callback_id: str, message: Message) -> Answer:
        payload = payloads.message_shortcut(self.stage, self.user, callback_id, message)
        return await self._interact("shortcut", payload)

    # --- buttons and menus

    async def click(
        self,
        where: Message | OpenView,
        label: str | None = None,
        *,
        action_id: str | None = None,
        value: str | None = None,
    ) -> Answer:
        """Presses a button, and yes in its confirm dialog if there is one."""
        block, button = find(self._blocks(where), label or action_id or "", buttons=True, value=value)
        answer = await self._act(where, block, button, {})
        answer.confirm = button.get("confirm")
        return answer

    async def choose(self, where: Message | OpenView, what: str, value: object) -> Answer | None:
        """Picks in a menu. None when Slack tells the bot nothing until the form is submitted."""
        block, element = find(self._blocks(where), what)
        if element["type"] == "overflow":
            return await self._act(where, block, element, {"selected_option": form.option(element, value)})
        state = form.chosen(self.stage.workspace, element, value)
        self._values(where)[block["block_id"]][element["action_id"]] = state
        if block["type"] == "input" and not block.get("dispatch_action"):
            return None
        key = STATE_KEYS[element["type"]][0]
        return await self._act(where, block, element, {key: state[key]})

    async def press(self, where: Message | OpenView, block_id: str, action_id: str) -> Answer:
        """Presses the button at this exact address."""
        block, button = at(self._blocks(where), block_id, action_id)
        if button["type"] != "button":
            raise NotOnScreen("this is not a button")
        answer = await self._act(where, block, button, {})
        answer.confirm = button.get("confirm")
        return answer

    async def put(self, where: Message | OpenView, block_id: str, action_id: str, state: Json) -> Answer | None:
        """Gives the element at this exact address a state of Slack's shape. None: Slack tells the bot nothing yet."""
        block, element = at(self._blocks(where), block_id, action_id)
        if element["type"] == "overflow":
            return await self._act(where, block, element, {"selected_option": state["selected_option"]})
        self._values(where)[block_id][action_id] = state
        if block["type"] == "input" and not block.get("dispatch_action"):
            return None
        key = STATE_KEYS[element["type"]][0]
        return await self._act(where, block, element, {key: state[key]})

    def values_of(self, where: Message) -> Json:
        """What they have chosen on a message so far, in Slack's `state.values`."""
        return deepcopy(self._values(where))

    # --- modals

    async def fill(self, view: OpenView, values: Mapping[str, object]) -> list[Answer]:
        """Fills in fields by label, action_id or block_id; what dispatches on the way is sent and returned."""
        answers = [await self.choose(view, name, value) for name, value in values.items()]
        return [answer for answer in answers if answer is not None]

    async def submit(self, view: OpenView | None = None) -> Answer:
        current = self._current(view)
        if "submit" not in current.content:
            raise NotOnScreen(f"the view {current.title!r} has no submit button")
        refused = form.complaints(current.blocks, current.values)
        if refused:
            raise form.RefusedByClient(refused)
        payload = payloads.view_submission(self.stage, self.user, current)
        answer = await self.courier.deliver("view", payload)
        acknowledgements.after_submission(self.stage, current, answer)
        return answer

    async def close(self, view: OpenView | None = None) -> Answer | None:
        """Cancels a view. None when the app did not ask to be told."""
        current = self._current(view)
        cleared = bool(current.content.get("clear_on_close"))
        for shown in self.stage.workspace.views(self.user) if cleared else [current]:
            acknowledgements.close(self.stage, shown)
        if not current.content.get("notify_on_close"):
            return None
        payload = payloads.view_closed(self.stage, self.user, current, cleared=cleared)
        return await self._interact("view", payload)

    # --- talking, and events

    async def say(self, channel: str | Channel, text: str, *, thread_ts: str | None = None) -> Message:
        return await say(self.stage, self.courier, self.user, self.stage.workspace.channel(channel), text, thread_ts)

    async def dm(self, text: str) -> Message:
        """Writes to the bot."""
        return await say(self.stage, self.courier, self.user, self.stage.workspace.open_dm(self.id), text, None)

    async def join(self, channel: str | Channel) -> Answer | None:
        return await join(self.stage, self.courier, self.user, self.stage.workspace.channel(channel))

    async def invite(self, channel: str | Channel, who: Person) -> Answer | None:
        """Bring somebody else into a channel, the only way into a private one."""
        return await join(self.stage, self.courier, who.user, self.stage.workspace.channel(channel), self.user)

    async def leave(self, channel: str | Channel) -> Answer | None:
        return await leave(self.stage, self.courier, self.user, self.stage.workspace.channel(channel))

    async def remove(self, channel: str | Channel, who: User | Person) -> Answer | None:
        """Removes somebody, the bot too, from a channel."""
        user = who.user if isinstance(who, Person) else who
        return await leave(self.stage, self.courier, user, self.stage.workspace.channel(channel), by=self.user)

    async def archive(self, channel: str | Channel) -> Answer | None:
        place = self.stage.workspace.channel(channel)
        return await set_archived(self.stage, self.courier, self.user, place, archived=True)

    async def unarchive(self, channel: str | Channel) -> Answer | None:
        place = self.stage.workspace.channel(channel)
        return await set_archived(self.stage, self.courier, self.user, place, archived=False)

    async def react(self, message: Message, name: str) -> Answer | None:
        return await react(self.stage, self.courier, self.user, message, name)

    def unreact(self, message: Message, name: str) -> None:
        """Takes a reaction back. The app does not listen to reaction_removed, so Slack tells it nothing."""
        for reaction in [r for r in message.reactions if r.name == name and self.id in r.users]:
            reaction.users.remove(self.id)
        message.reactions = [r for r in message.reactions if r.users]

    async def rename(self, channel: str | Channel, name: str) -> Answer | None:
        return await rename(self.stage, self.courier, self.stage.workspace.channel(channel), name)

    async def open_home(self) -> Answer:
        """Opens the app's home tab."""
        return await open_home(self.stage, self.courier, self.user)

    async def click_home(self, label: str) -> Answer:
        """Presses a button of the home tab."""
        home = self.stage.workspace.home_views[self.id]
        block, button = find(home.blocks, label, buttons=True)
        actions = [payloads.action(self.stage, block, button, {})]
        payload = payloads.view_action(self.stage, self.user, home, actions)
        return await self._interact("action", payload)

    async def deactivated(self) -> Answer:
        """An administrator deactivates their account."""
        return await deactivate(self.stage, self.courier, self.user)

    async def changed(self) -> Answer:
        """Slack tells the bot that something about them is different now."""
        return await change(self.stage, self.courier, self.user)

    async def replay(self, answer: Answer, *, retry_num: int | None = None) -> Answer:
        return await self.courier.replay(answer, retry_num=retry_num)

    # --- inside

    async def _interact(self, kind: str, payload: Json) -> Answer:
        answer = await self.courier.deliver(kind, payload)
        if not answer.accepted:
            answer.slack_says = acknowledgements.TROUBLE
        answer.view = self.stage.workspace.open_view(self.user)
        return answer

    async def _act(self, where: Message | OpenView, block: Json, element: Json, extra: Json) -> Answer:
        actions = [payloads.action(self.stage, block, element, extra)]
        if isinstance(where, OpenView):
            payload = payloads.view_action(self.stage, self.user, self._current(where), actions)
        else:
            values = deepcopy(self._values(where))
            payload = payloads.message_action(self.stage, self.user, where, actions, values)
        return await self._interact("action", payload)

    def _blocks(self, where: Message | OpenView) -> list[Json]:
        if isinstance(where, OpenView):
            return self._current(where).blocks
        if not self._sees(where):
            raise NotOnScreen(f"{self.name} cannot see this message")
        return where.blocks

    def _sees(self, message: Message) -> bool:
        channel = self.stage.workspace.channels[message.channel]
        if message.ephemeral_for is not None:
            return message.ephemeral_for == self.id
        return self.id in channel.members or not (channel.is_private or channel.is_im)

    def _values(self, where: Message | OpenView) -> Json:
        if isinstance(where, OpenView):
            return self._current(where).values
        fresh = starting_values(where.blocks)
        kept = self._on_messages.setdefault((where.channel, where.ts), {})
        for block_id, actions in fresh.items():
            kept[block_id] = actions | {k: v for k, v in kept.get(block_id, {}).items() if k in actions}
        for gone in set(kept) - set(fresh):
            del kept[gone]
        return kept

    def _current(self, view: OpenView | None) -> OpenView:
        """The view as it is on screen now, whatever copy of it the test still holds."""
        if view is not None and view.content.get("type") == "home":
            return self.stage.workspace.home_views[self.id]
        top = self.stage.workspace.open_view(self.user)
        if top is None or (view is not None and view.id != top.id):
            shown = "no view" if top is None else f"the view {top.title!r}"
            raise NotOnScreen(f"{self.name} has {shown} in front of them")
        return top
