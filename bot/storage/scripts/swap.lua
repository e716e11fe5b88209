#!lua flags=allow-oom
-- Sets a field of a hash, only while it still holds what the caller read. Works when full: guessing must be counted.
--
-- KEYS  1 hash
-- ARGV  1 field  2 what was read, "" for nothing  3 what to write
-- Returns 1, or 0 if it holds something else by now

local held = redis.call('HGET', KEYS[1], ARGV[1]) or ''
if held ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1
