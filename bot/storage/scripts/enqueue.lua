#!lua
-- Queues one job that belongs to no commit. A full Redis refuses it. Repeating it may queue a job at once twice,
-- which every job is safe under; a job for later stays one.
--
-- KEYS  1 lane (stream)  2 jobs by due (zset)  3 jobs that wait (hash)
-- ARGV  1 job id  2 due in microseconds, "" for at once  3 job (JSON)
-- Returns 1

if ARGV[2] == '' then
  if redis.call('ZREM', KEYS[2], ARGV[1]) == 1 then redis.call('HDEL', KEYS[3], ARGV[1]) end
  redis.call('XADD', KEYS[1], '*', 'job', ARGV[3])
  return 1
end
local waits = redis.call('ZSCORE', KEYS[2], ARGV[1])
if not waits or tonumber(ARGV[2]) < tonumber(waits) then
  redis.call('ZADD', KEYS[2], ARGV[2], ARGV[1])
  redis.call('HSET', KEYS[3], ARGV[1], ARGV[3])
end
return 1
