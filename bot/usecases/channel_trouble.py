"""What the card says of a step of opening the channel that failed: a sentence each, with Slack's own word for why."""

from bot.domain.incident import Step


def problem_of(step: Step, code: str) -> str:
    """Return the sentence. `code`: Slack's error, or words of ours."""
    what = {
        Step.TOPIC: "The topic could not be set",
        Step.BOOKMARK: "The status page could not be bookmarked",
        Step.PIN: "This card could not be pinned",
        Step.INVITE: "People could not be invited; invite them by hand",
        Step.ANNOUNCE: "The incidents channel was not told",
        Step.CARD: "The card could not be posted",
        Step.CREATE: "The channel could not be created",
        Step.STORY: "What happened so far was not told; see the timeline",
    }
    return f"{what[step]} ({code})."
