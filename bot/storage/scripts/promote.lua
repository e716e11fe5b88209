#!lua flags=allow-oom
-- Moves jobs whose time has come to their lanes. allow-oom: it moves and adds nothing, and a retry that an
-- approved delivery waits for must not stop when memory is full. Safe to repeat: what has moved is skipped.
--
-- KEYS  1 jobs by due (zset)  2 jobs that wait (hash)  3 ... lanes (streams)
-- ARGV  1 now in microseconds, by the caller's clock  2 ... (job id, number of its lane from 1) for each job
-- Returns how many were moved

local moved = 0
for i = 2, #ARGV, 2 do
  local id = ARGV[i]
  local due = redis.call('ZSCORE', KEYS[1], id)
  if due and tonumber(due) <= tonumber(ARGV[1]) then
    local job = redis.call('HGET', KEYS[2], id)
    if job then
      redis.call('XADD', KEYS[2 + tonumber(ARGV[i + 1])], '*', 'job', job)
      moved = moved + 1
    end
    redis.call('ZREM', KEYS[1], id)
    redis.call('HDEL', KEYS[2], id)
  end
end
return moved
