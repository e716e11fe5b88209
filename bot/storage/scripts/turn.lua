#!lua flags=allow-oom
-- Gives out turns, so many microseconds apart, to all workers together. A turn that is not used is lost, no more.
-- A clock that steps back (failure model 26) costs at most the longest wait.
--
-- KEYS  1 time of the last turn given out (string, us)
-- ARGV  1 us between turns  2 longest wait in us
-- Returns us until the turn

local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local at = math.max(now, (tonumber(redis.call('GET', KEYS[1]) or '0')) + tonumber(ARGV[1]))
if at - now > tonumber(ARGV[2]) then at = now end
redis.call('SET', KEYS[1], string.format('%.0f', at))
return at - now
