#!lua flags=allow-oom
-- Sets how often a job counts as handed out, only while it is still the caller's, and starts its lease anew.
-- Safe to repeat.
--
-- KEYS  1 lane (stream)
-- ARGV  1 group  2 entry id  3 consumer  4 how often
-- Returns 1, or 0 if the job is somebody else's or gone

local held = redis.pcall('XPENDING', KEYS[1], ARGV[1], ARGV[2], ARGV[2], 1)
if held['err'] or not held[1] or held[1][2] ~= ARGV[3] then return 0 end
redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[3], 0, ARGV[2], 'RETRYCOUNT', ARGV[4], 'JUSTID')
return 1
