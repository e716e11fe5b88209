// Makes `schemas.json` (not committed) of Slack's published types: `node generate.mjs`. See README.md.
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { createGenerator } from 'ts-json-schema-generator'

const KINDS = [
  'SentCommand', 'SentBlockActions', 'SentViewSubmission', 'SentViewClosed', 'SentGlobalShortcut', 'SentMessageShortcut',
  'SentEvent', 'SaidInAnswer', 'SaidToView', 'ShownBlocks', 'ShownView',
]
// Every Web API method that the stand-in has; a test compares this list with the stand-in's own table.
const METHODS = [
  'api.test', 'apps.connections.open', 'auth.test', 'bookmarks.add', 'bookmarks.edit', 'bookmarks.list',
  'bookmarks.remove', 'chat.delete', 'chat.getPermalink', 'chat.postEphemeral', 'chat.postMessage', 'chat.update',
  'conversations.archive', 'conversations.create', 'conversations.history', 'conversations.info',
  'conversations.invite', 'conversations.join', 'conversations.kick', 'conversations.leave', 'conversations.list',
  'conversations.members', 'conversations.open', 'conversations.rename', 'conversations.replies',
  'conversations.setPurpose', 'conversations.setTopic', 'conversations.unarchive', 'pins.add', 'pins.list',
  'pins.remove', 'reactions.add', 'team.info', 'usergroups.list', 'usergroups.users.list', 'users.conversations',
  'users.info', 'users.list', 'users.lookupByEmail', 'views.open', 'views.publish', 'views.push', 'views.update',
]
// Arguments whose type is not named after the method.
const NAMED_OTHERWISE = { ApiTestArguments: 'APITestArguments' }
const REF = '#/definitions/'

const generator = createGenerator({
  path: 'contracts.ts', tsconfig: 'tsconfig.json', type: '*', skipTypeCheck: true, jsDoc: 'none', topRef: true,
  additionalProperties: false, sortProps: true, encodeRefs: false,
})
const definitions = {}

const target = (ref) => ref.slice(REF.length)

function refsIn(node, found = new Set()) {
  if (Array.isArray(node)) node.forEach((each) => refsIn(each, found))
  else if (node && typeof node === 'object') {
    if (typeof node.$ref === 'string') found.add(target(node.$ref))
    Object.values(node).forEach((each) => refsIn(each, found))
  }
  return found
}

function reachable(name, all, seen = new Set()) {
  if (seen.has(name)) return seen
  seen.add(name)
  for (const next of refsIn(all[name])) reachable(next, all, seen)
  return seen
}

function rewritten(node, names) {
  if (Array.isArray(node)) return node.map((each) => rewritten(each, names))
  if (!node || typeof node !== 'object') return node
  const copy = {}
  for (const [key, value] of Object.entries(node)) {
    copy[key] = key === '$ref' ? REF + names[target(value)] : rewritten(value, names)
  }
  return copy
}

// `KnownBlock | Block` lets any object with a `type` pass. The union of the known blocks says the same, strictly.
function withoutBareBlocks(node) {
  if (Array.isArray(node)) return node.map(withoutBareBlocks)
  if (!node || typeof node !== 'object') return node
  const copy = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, withoutBareBlocks(value)]))
  if (copy.anyOf?.length > 1) copy.anyOf = copy.anyOf.filter((each) => each.$ref !== REF + 'Block')
  return copy
}

// Types of the same name differ between responses (`Channel`): what a definition reaches tells them apart.
function keep(type) {
  const all = withoutBareBlocks(generator.createSchema(type)).definitions
  const names = {}
  for (const name of Object.keys(all)) {
    const whole = [...reachable(name, all)].sort().map((each) => [each, all[each]])
    const print = createHash('sha256').update(JSON.stringify(whole)).digest('hex').slice(0, 8)
    names[name] = `${name.replace(/[^A-Za-z0-9_.]/g, '_').slice(0, 60)}-${print}`
  }
  for (const name of Object.keys(all)) definitions[names[name]] = rewritten(all[name], names)
  return REF + names[type]
}

const titled = (method) => method.split('.').map((part) => part[0].toUpperCase() + part.slice(1)).join('')
const argumentsOf = (method) => NAMED_OTHERWISE[`${titled(method)}Arguments`] ?? `${titled(method)}Arguments`
const types = {}
for (const kind of KINDS) types[kind] = keep(kind)
for (const method of METHODS) {
  types[`${method} arguments`] = keep(argumentsOf(method))
  types[`${method} response`] = keep(`${titled(method)}Response`)
}
writeFileSync('schemas.json', JSON.stringify({ types, definitions }))
console.log(`${Object.keys(types).length} types, ${Object.keys(definitions).length} definitions`)
