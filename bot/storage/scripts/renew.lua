#!lua flags=allow-oom
-- Starts the lease of a job anew, only while it is still the caller's: a plain XCLAIM would steal it back from
-- whoever took it over. Counts no delivery. Safe to repeat.
--
-- KEYS  1 lane (stream)
-- ARGV  1 group  2 entry id  3 consumer
-- Returns 1, or 0 if the job is somebody else's or gone

local held = redis.pcall('XPENDING', KEYS[1], ARGV[1], ARGV[2], ARGV[2], 1)
if held['err'] or not held[1] or held[1][2] ~= ARGV[3] then return 0 end
redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[3], 0, ARGV[2], 'JUSTID')
return 1
