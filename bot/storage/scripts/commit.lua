#!lua
-- Commits one change of one incident: document, timeline, indices, blobs and jobs together, or nothing.
--
-- No allow-oom flag: a full Redis refuses it up front (-OOM) and has written nothing.
-- Safe to repeat by its operation id. Refuses itself after its deadline, so that a client that gave up waiting
-- can find out for certain that nothing more will happen.
--
-- KEYS  1 document (hash)     2 timeline (list)      3 open incidents (zset)   4 number -> id (hash)
--       5 channel -> id (hash) 6 last number (string) 7 operation -> id (hash) 8 operations by time (zset)
--       9 commit number       10 jobs by due (zset)  11 jobs that wait (hash)
--      12 standstill (string)
--      13 ... one for each blob, then one for each lane of the jobs that are due at once (streams)
-- ARGV  1 deadline (microseconds of the server's clock)     2 operation id     3 incident id
--       4 version the change was decided on, 0: it must not exist     5 document (JSON)     6 open: 1 or 0
--       7 score in the open incidents     8 channel id or ""
--       9 number of timeline entries  10 of blobs  11 of lanes  12 of jobs at once  13 of jobs for later
--      14 of jobs to hurry
--      15 the highest commit number that the caller's machine has seen   16 it publishes: 1 or 0
--      17 what a standstill is kept as, should one begin now (JSON)
--      18 the number that a new incident had before it got lost here, or 0
--      19 the least version that it is to have now, or 0: what was put back is newer than what was seen anywhere
--      then: the entries; the blobs; (lane, job id, job) for each job at once;
--         (job id, due in microseconds, job) for each job for later; the ids to hurry
-- Returns {'committed', now, version, number, commit number} | {'repeated', now, incident id}
--       | {'stale', now, version, number, document} | {'late', now} | {'exists', now} | {'missing', now}
--       | {'halted', now}: it would publish, and there is a standstill
--         with now in microseconds of the server's clock.

local OPERATIONS_KEPT = 30 * 24 * 3600 * 1000000
local PRUNED_AT_ONCE = 10

local clock = redis.call('TIME')
local now = tonumber(clock[1]) * 1000000 + tonumber(clock[2])
-- tostring() would round a number of 16 digits.
local function digits(number) return string.format('%.0f', number) end

-- Read and check first: a script does not roll back.
local done = redis.call('HGET', KEYS[7], ARGV[2])
if done then return {'repeated', now, done} end
if now > tonumber(ARGV[1]) then return {'late', now} end

-- Older data than the caller has seen: nothing is published until a person has looked (failure model 14).
local halted = redis.call('EXISTS', KEYS[12]) == 1
if not halted and tonumber(redis.call('GET', KEYS[9]) or '0') < tonumber(ARGV[15]) then
  redis.call('SET', KEYS[12], ARGV[17])
  halted = true
end
if halted and ARGV[16] == '1' then return {'halted', now} end

local found = redis.call('HMGET', KEYS[1], 'version', 'number', 'doc')
if ARGV[4] == '0' then
  if found[1] then return {'exists', now} end
elseif not found[1] then
  return {'missing', now}
elseif found[1] ~= ARGV[4] then
  return {'stale', now, found[1], found[2], found[3]}
end

local blobs, lanes = tonumber(ARGV[10]), tonumber(ARGV[11])
local types = {'hash', 'list', 'zset', 'hash', 'hash', 'string', 'hash', 'zset', 'string', 'zset', 'hash', 'string'}
for i = 1, #KEYS do
  local expected = types[i] or (i <= 12 + blobs and 'string' or 'stream')
  local type = redis.call('TYPE', KEYS[i])['ok']
  if type ~= 'none' and type ~= expected then
    return redis.error_reply('ERR clarion: ' .. KEYS[i] .. ' is a ' .. type .. ', not a ' .. expected)
  end
end

-- From here on it writes. The counters come first: they alone could still fail, on a value that is no number.
local commit = redis.call('INCR', KEYS[9])
local number = found[2]
if ARGV[4] == '0' then
  number = ARGV[18]
  while number == '0' or redis.call('HEXISTS', KEYS[4], number) == 1 do number = digits(redis.call('INCR', KEYS[6])) end
  redis.call('HSET', KEYS[4], number, ARGV[3])
end
local version = digits(math.max(tonumber(ARGV[4]) + 1, tonumber(ARGV[19])))
redis.call('HSET', KEYS[1], 'doc', ARGV[5], 'version', version, 'number', number)
if ARGV[6] == '1' then redis.call('ZADD', KEYS[3], ARGV[7], ARGV[3]) else redis.call('ZREM', KEYS[3], ARGV[3]) end
if ARGV[8] ~= '' then redis.call('HSET', KEYS[5], ARGV[8], ARGV[3]) end

redis.call('HSET', KEYS[7], ARGV[2], ARGV[3])
redis.call('ZADD', KEYS[8], digits(now), ARGV[2])
local old = redis.call('ZRANGEBYSCORE', KEYS[8], '-inf', digits(now - OPERATIONS_KEPT), 'LIMIT', 0, PRUNED_AT_ONCE)
for _, operation in ipairs(old) do
  redis.call('HDEL', KEYS[7], operation)
  redis.call('ZREM', KEYS[8], operation)
end

local at = 20
for _ = 1, tonumber(ARGV[9]) do
  redis.call('RPUSH', KEYS[2], ARGV[at])
  at = at + 1
end
for i = 1, blobs do
  -- Never written over: the name is the hash of the bytes.
  redis.call('SET', KEYS[12 + i], ARGV[at], 'NX')
  at = at + 1
end
for _ = 1, tonumber(ARGV[12]) do
  -- The same job waiting for later is this one: it runs now, and once.
  if redis.call('ZREM', KEYS[10], ARGV[at + 1]) == 1 then redis.call('HDEL', KEYS[11], ARGV[at + 1]) end
  redis.call('XADD', KEYS[12 + blobs + tonumber(ARGV[at])], '*', 'job', ARGV[at + 2])
  at = at + 3
end
for _ = 1, tonumber(ARGV[13]) do
  -- The same id waits once, for the earlier of the two times.
  local waits = redis.call('ZSCORE', KEYS[10], ARGV[at])
  if not waits or tonumber(ARGV[at + 1]) < tonumber(waits) then
    redis.call('ZADD', KEYS[10], ARGV[at + 1], ARGV[at])
    redis.call('HSET', KEYS[11], ARGV[at], ARGV[at + 2])
  end
  at = at + 3
end
for _ = 1, tonumber(ARGV[14]) do
  -- 0 is due by anybody's clock.
  redis.call('ZADD', KEYS[10], 'XX', 0, ARGV[at])
  at = at + 1
end
return {'committed', now, version, number, commit}
