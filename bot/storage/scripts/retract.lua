#!lua flags=allow-oom
-- Takes an intention back when it is certain that nothing left, and puts back what was recorded before it.
-- An outcome is never taken back, nor is what another round intends. Safe to repeat.
--
-- KEYS  1 ledger (hash: recipient -> "round|outcome|detail")
-- ARGV  1 recipient id  2 round
-- Returns 1, or 0 if there was no intention

local before = redis.call('HGET', KEYS[1], ARGV[1]) or ''
local round, outcome, rest = string.match(before, '^(%d+)|(%a*)|(.*)$')
if outcome ~= '' or round ~= ARGV[2] then return 0 end
if rest == '' then redis.call('HDEL', KEYS[1], ARGV[1]) else redis.call('HSET', KEYS[1], ARGV[1], rest) end
return 1
