#!lua flags=allow-oom
-- Ends a standstill, if it is still the one that a person has looked at, and lifts the counters to what was seen
-- before the data went back: no commit number and no incident's number is given twice.
-- allow-oom: work must be able to go on in a full Redis. Safe to repeat.
--
-- KEYS  1 standstill (string)  2 commit number  3 last incident number
-- ARGV  1 the standstill as it was shown, or ""  2 highest commit number seen  3 highest incident number seen
-- Returns 1, or 0 if there is another standstill by now: then only the counters were lifted

for i = 2, 3 do
  if tonumber(redis.call('GET', KEYS[i]) or '0') < tonumber(ARGV[i]) then redis.call('SET', KEYS[i], ARGV[i]) end
end
local found = redis.call('GET', KEYS[1])
if found and found ~= ARGV[1] then return 0 end
redis.call('DEL', KEYS[1])
return 1
