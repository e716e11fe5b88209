#!lua
-- Records the intention to send to one recipient, if the caller still holds the job, the document is the one that
-- was judged, and this round has no outcome yet. The lease starts anew, so that a whole one is left for the send.
-- A full Redis refuses it: then nothing is sent. Safe to repeat.
--
-- KEYS  1 lane (stream)  2 document (hash)  3 ledger (hash: recipient -> "round|outcome|detail")
-- ARGV  1 group  2 entry id  3 consumer  4 judged version  5 recipient id  6 round
-- Returns 'yes' | 'stale' | 'lost' | 'ended'; 'ended': the round has an outcome, which somebody who held the job
-- before has recorded since the ledger was read.
--
-- An intention is "round||what was recorded before it", which `retract` puts back.

local held = redis.pcall('XPENDING', KEYS[1], ARGV[1], ARGV[2], ARGV[2], 1)
if held['err'] or not held[1] or held[1][2] ~= ARGV[3] then return 'lost' end
if redis.call('HGET', KEYS[2], 'version') ~= ARGV[4] then return 'stale' end
local before = redis.call('HGET', KEYS[3], ARGV[5]) or ''
local round, outcome, rest = string.match(before, '^(%d+)|(%a*)|(.*)$')
if round and (tonumber(round) > tonumber(ARGV[6]) or (round == ARGV[6] and outcome ~= '')) then return 'ended' end
if round and outcome == '' then before = rest end
redis.call('HSET', KEYS[3], ARGV[5], ARGV[6] .. '||' .. before)
redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[3], 0, ARGV[2], 'JUSTID')
return 'yes'
