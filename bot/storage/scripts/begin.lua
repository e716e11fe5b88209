#!lua
-- Records the intention to send to one recipient, if the caller still holds the job, the document is the one that
-- was judged, and this round has no outcome yet. The lease starts anew, so that a whole one is left for the send.
-- A full Redis refuses it: then nothing is sent. Safe to repeat.
--
-- KEYS  1 lane (stream)  2 document (hash)  3 ledger (hash: recipient -> "round|outcome|detail")
--       4 commit number  5 standstill (string)
-- ARGV  1 group  2 entry id  3 consumer  4 judged version  5 recipient id  6 round
--       7 the highest commit number that the caller's machine has seen  8 what a standstill is kept as (JSON)
-- Returns 'yes' | 'stale' | 'lost' | 'halted' | 'ended'; 'halted': Redis holds older data than the caller has seen,
-- or somebody found that before, and nobody has looked at it yet;
-- 'ended': the round has an outcome, which somebody who held the job
-- before has recorded since the ledger was read.
--
-- An intention is "round||what was recorded before it", which `retract` puts back.

local held = redis.pcall('XPENDING', KEYS[1], ARGV[1], ARGV[2], ARGV[2], 1)
if held['err'] or not held[1] or held[1][2] ~= ARGV[3] then return 'lost' end
if redis.call('EXISTS', KEYS[5]) == 1 then return 'halted' end
if tonumber(redis.call('GET', KEYS[4]) or '0') < tonumber(ARGV[7]) then
  redis.call('SET', KEYS[5], ARGV[8])
  return 'halted'
end
if redis.call('HGET', KEYS[2], 'version') ~= ARGV[4] then return 'stale' end
local before = redis.call('HGET', KEYS[3], ARGV[5]) or ''
local round, outcome, rest = string.match(before, '^(%d+)|(%a*)|(.*)$')
if round and (tonumber(round) > tonumber(ARGV[6]) or (round == ARGV[6] and outcome ~= '')) then return 'ended' end
if round and outcome == '' then before = rest end
redis.call('HSET', KEYS[3], ARGV[5], ARGV[6] .. '||' .. before)
redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[3], 0, ARGV[2], 'JUSTID')
return 'yes'
