// Which of Slack's published types holds which thing that is said. `generate.mjs` makes a JSON Schema of each, and of
// the arguments and the response of each Web API method that it lists.
import type * as bolt from '@slack/bolt'
import type { KnownBlock, SlackEvent, View } from '@slack/types'
export type * from '@slack/web-api'

// What Slack sends to an app.
export type SentCommand = bolt.SlashCommand
export type SentBlockActions = bolt.BlockAction
export type SentViewSubmission = bolt.ViewSubmitAction
export type SentViewClosed = bolt.ViewClosedAction
export type SentGlobalShortcut = bolt.GlobalShortcut
export type SentMessageShortcut = bolt.MessageShortcut
export type SentEvent = bolt.EnvelopedEvent<SlackEvent>

// What an app answers: the body of an acknowledgement, and what it posts to a response_url.
export type SaidInAnswer = bolt.RespondArguments
export type SaidToView = bolt.ViewResponseAction

// What people see.
export type ShownBlocks = KnownBlock[]
export type ShownView = View
