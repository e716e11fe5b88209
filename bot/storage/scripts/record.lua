#!lua flags=allow-oom
-- Records how an attempt ended. allow-oom: what was sent is recorded even when memory is full.
-- Safe to repeat. A record of an older round changes nothing, and "delivered" is not taken back in its round.
--
-- KEYS  1 ledger (hash: recipient -> "round|outcome|detail")
-- ARGV  1 recipient id  2 round  3 outcome or ""  4 detail
-- Returns 1, or 0 if it was older than what is known

local before = redis.call('HGET', KEYS[1], ARGV[1]) or ''
local round, outcome = string.match(before, '^(%d+)|(%a*)|')
if round and tonumber(round) > tonumber(ARGV[2]) then return 0 end
if round == ARGV[2] and outcome == 'delivered' then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2] .. '|' .. ARGV[3] .. '|' .. ARGV[4])
return 1
