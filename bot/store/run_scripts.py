"""The steps of a run record that must happen all at once, in Redis's own Lua."""

FENCED = -1
"""Returned when the lease is not the writer's any more."""

HEAR = """
-- KEYS: run, inbox, open runs, heard …   ARGV: run id, ask, now, seconds to keep heard, seconds to keep runs
for i = 4, #KEYS do
    if redis.call('exists', KEYS[i]) == 1 then return 0 end
end
for i = 4, #KEYS do
    redis.call('set', KEYS[i], ARGV[1], 'ex', ARGV[4])
end
if redis.call('exists', KEYS[1]) == 1 then return 0 end
redis.call('hset', KEYS[1], 'ask', ARGV[2], 'stage', 'queued', 'attempt', 0, 'at', ARGV[3])
redis.call('expire', KEYS[1], ARGV[5])
redis.call('rpush', KEYS[2], ARGV[1])
redis.call('zadd', KEYS[3], ARGV[3], ARGV[1])
return 1
"""

BEGIN = """
-- KEYS: run, lease, open runs   ARGV: token, run id, now
if redis.call('get', KEYS[2]) ~= ARGV[1] then return -1 end
local stage = redis.call('hget', KEYS[1], 'stage')
if stage ~= 'queued' and stage ~= 'running' then return 0 end
redis.call('hset', KEYS[1], 'stage', 'running', 'began', ARGV[3])
redis.call('zadd', KEYS[3], ARGV[3], ARGV[2])
return redis.call('hincrby', KEYS[1], 'attempt', 1)
"""

END = """
-- KEYS: run, lease, open runs, inbox   ARGV: token, run id, now, stage, note
if redis.call('get', KEYS[2]) ~= ARGV[1] then return -1 end
redis.call('lrem', KEYS[4], 0, ARGV[2])
redis.call('zrem', KEYS[3], ARGV[2])
local stage = redis.call('hget', KEYS[1], 'stage')
if stage ~= 'queued' and stage ~= 'running' then return 0 end
redis.call('hset', KEYS[1], 'stage', ARGV[4], 'note', ARGV[5], 'ended', ARGV[3])
return 1
"""

REQUEUE = """
-- KEYS: run, lease   ARGV: token
if redis.call('get', KEYS[2]) ~= ARGV[1] then return -1 end
if redis.call('hget', KEYS[1], 'stage') ~= 'running' then return 0 end
redis.call('hset', KEYS[1], 'stage', 'queued')
return redis.call('hincrby', KEYS[1], 'attempt', -1)
"""

BEAT = """
-- KEYS: run, open runs   ARGV: run id, now
if redis.call('hget', KEYS[1], 'stage') ~= 'running' then return 0 end
redis.call('zadd', KEYS[2], ARGV[2], ARGV[1])
return 1
"""

STOP = """
-- KEYS: inbox, open runs   ARGV: prefix of runs, note, now
local stopped = {}
for _, id in ipairs(redis.call('lrange', KEYS[1], 0, -1)) do
    local run = ARGV[1] .. id
    local stage = redis.call('hget', run, 'stage')
    if stage == 'queued' or stage == 'running' then
        redis.call('hset', run, 'stage', 'stopped', 'note', ARGV[2], 'ended', ARGV[3])
        stopped[#stopped + 1] = id
    end
    redis.call('zrem', KEYS[2], id)
end
redis.call('del', KEYS[1])
return stopped
"""
