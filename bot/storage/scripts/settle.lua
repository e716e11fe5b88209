#!lua flags=allow-oom
-- Takes a job out of its lane, only while it is still the caller's: for good, to try again later, or aside.
-- allow-oom: work that is over must be able to end in a full Redis. Safe to repeat: the second time it is gone.
--
-- KEYS  1 lane (stream)  2 jobs by due (zset)  3 jobs that wait (hash)  4 jobs put aside (hash)
-- ARGV  1 group  2 entry id  3 consumer  4 'done' | 'later' | 'aside'
--       5 job id  6 due in microseconds, for 'later'  7 what is kept (JSON), for 'later' and 'aside'
-- Returns 1, or 0 if the job is somebody else's or gone: then nothing was done

local held = redis.pcall('XPENDING', KEYS[1], ARGV[1], ARGV[2], ARGV[2], 1)
if held['err'] or not held[1] or held[1][2] ~= ARGV[3] then return 0 end
if ARGV[4] == 'later' then
  -- If it was asked for anew meanwhile, it waits once, for the earlier time, and remembers its attempts.
  local waits = redis.call('ZSCORE', KEYS[2], ARGV[5])
  if not waits or tonumber(ARGV[6]) < tonumber(waits) then redis.call('ZADD', KEYS[2], ARGV[6], ARGV[5]) end
  redis.call('HSET', KEYS[3], ARGV[5], ARGV[7])
elseif ARGV[4] == 'aside' then
  redis.call('HSET', KEYS[4], ARGV[5], ARGV[7])
end
redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])
redis.call('XDEL', KEYS[1], ARGV[2])
-- The name was this job's alone. Should it hold another one, of which nobody knows (a lost reply), it stays.
if not redis.call('XPENDING', KEYS[1], ARGV[1], '-', '+', 1, ARGV[3])[1] then
  redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], ARGV[3])
end
return 1
