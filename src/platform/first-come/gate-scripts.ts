/**
 * The decisions that Redis takes, each in one indivisible step. Every one fails closed: unless the
 * campaign's epoch and the server's run id are those that the caller believes in, it does nothing
 * and answers "stale". A server that was restarted may have lost the last seconds; one that was
 * flushed knows no epoch.
 */

/**
 * Lets members in and appends their claims to the stream, as one stream entry for the whole call.
 * KEYS: facts, members, stream
 * ARGV: epoch, run id, instance, "returning" or "", claims as JSON [[claim, member, extra], …]
 * Claims that return were let in before: for them only the quota counts, not the window; and after a
 * new epoch has begun, they go first.
 * Answers: "busy" while those who return go first; or "ok", closure or "open", last rank, settled
 * rank, opensAt, ms until it, "none", "first" or "more" entries added to the stream, and for each
 * claim its rank; or "claim rank" of the member's earlier claim; or 0.
 */
export const ENTER = `
  local facts = redis.call('HMGET', KEYS[1], 'epoch', 'run', 'state', 'opensAt', 'closesAt',
    'quota', 'rank', 'settled', 'expiresAt', 'returnsUntil')
  if facts[1] ~= ARGV[1] or facts[2] ~= ARGV[2] then return {'stale'} end
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  if ARGV[4] ~= 'returning' and now < tonumber(facts[10]) then return {'busy'} end
  local opensAt, closesAt = tonumber(facts[4]), tonumber(facts[5])
  local quota, rank = tonumber(facts[6]), tonumber(facts[7])

  local closure
  if ARGV[4] ~= 'returning' then
    if facts[3] ~= 'open' then closure = facts[3]
    elseif now < opensAt then closure = 'not_open'
    elseif now >= closesAt then closure = 'closed' end
  end

  local claims = cjson.decode(ARGV[5])
  local members = {}
  for index, claim in ipairs(claims) do members[index] = claim[2] end
  local known = redis.call('HMGET', KEYS[2], unpack(members))
  local newcomers, entered, fields, answers = {}, {}, {}, {}
  for index, claim in ipairs(claims) do
    local earlier = known[index] or newcomers[claim[2]]
    if earlier then answers[index] = earlier
    elseif closure or rank >= quota then answers[index] = 0
    else
      rank = rank + 1
      answers[index] = rank
      newcomers[claim[2]] = claim[1] .. ' ' .. rank
      entered[#entered + 1] = {claim[1], claim[2], rank, claim[3]}
      fields[#fields + 1] = claim[2]
      fields[#fields + 1] = newcomers[claim[2]]
    end
  end

  local added = 'none'
  if #entered > 0 then
    added = redis.call('XLEN', KEYS[3]) == 0 and 'first' or 'more'
    redis.call('HSET', KEYS[2], unpack(fields))
    redis.call('HSET', KEYS[1], 'rank', rank)
    redis.call('XADD', KEYS[3], '*', 'count', #entered, 'instance', ARGV[3],
      'claims', cjson.encode(entered))
    for _, key in ipairs({KEYS[2], KEYS[3]}) do redis.call('PEXPIREAT', key, facts[9]) end
  end
  if not closure and rank >= quota then closure = 'sold_out' end
  return {'ok', closure or 'open', rank, tonumber(facts[8]), opensAt, opensAt - now, added,
    unpack(answers)}`;

/**
 * Takes note of what was stored, and reads what comes next.
 * KEYS: facts, stream
 * ARGV: epoch, run id, settled rank or "", its stream entries as JSON, claims to read at the most
 * Answers: "ok", then [stream entry, instance, claims as JSON] each; or "lost" when claims were let
 * in that are neither stored nor in the stream.
 */
export const TAKE = `
  local facts = redis.call('HMGET', KEYS[1], 'epoch', 'run', 'rank', 'settled')
  if facts[1] ~= ARGV[1] or facts[2] ~= ARGV[2] then return {'stale'} end
  local settled = tonumber(facts[4])
  if ARGV[3] ~= '' then
    settled = math.max(settled, tonumber(ARGV[3]))
    redis.call('HSET', KEYS[1], 'settled', settled)
    redis.call('XDEL', KEYS[2], unpack(cjson.decode(ARGV[4])))
  end
  local answer, claims, limit = {'ok'}, 0, tonumber(ARGV[5])
  if limit == 0 then return answer end
  for _, entry in ipairs(redis.call('XRANGE', KEYS[2], '-', '+', 'COUNT', 256)) do
    local fields = entry[2]
    answer[#answer + 1] = {entry[1], fields[4], fields[6]}
    claims = claims + tonumber(fields[2])
    if claims >= limit then break end
  end
  if claims == 0 and settled < tonumber(facts[3]) then return {'lost'} end
  return answer`;

/**
 * Makes a filled epoch the present one, unless a newer one is. What the one before has not handed
 * over is noted in "old".
 * KEYS: facts, members, old
 * ARGV: epoch, run id, members that must be there, then of the campaign: issued, version, quota,
 * state, opensAt, closesAt, and how long to keep it after its end in ms; and for how long in ms only
 * those go in who were in before
 * Answers: "published"; "behind" a newer epoch; "lost" when the members are not there any more.
 */
export const PUBLISH = `
  local epoch = tonumber(ARGV[1])
  local present = tonumber(redis.call('HGET', KEYS[1], 'epoch') or 0)
  if present >= epoch then return 'behind' end
  if redis.call('HLEN', KEYS[2]) ~= tonumber(ARGV[3]) then return 'lost' end
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  local expiresAt = math.max(tonumber(ARGV[9]), now) + tonumber(ARGV[10])
  redis.call('DEL', KEYS[1])
  redis.call('HSET', KEYS[1], 'epoch', ARGV[1], 'run', ARGV[2], 'rank', ARGV[4], 'settled', ARGV[4],
    'version', ARGV[5], 'quota', ARGV[6], 'state', ARGV[7], 'opensAt', ARGV[8],
    'closesAt', ARGV[9], 'expiresAt', expiresAt, 'returnsUntil', now + tonumber(ARGV[11]))
  if epoch > 1 then redis.call('SADD', KEYS[3], epoch - 1) end
  if present > 0 then redis.call('SADD', KEYS[3], present) end
  for _, key in ipairs(KEYS) do redis.call('PEXPIREAT', key, expiresAt) end
  return 'published'`;

/**
 * Brings the facts of the present epoch up to date, unless they are newer already.
 * KEYS: facts, members, stream, old
 * ARGV: epoch, run id, version, quota, state, opensAt, closesAt, how long to keep it in ms
 * Answers: "ok"
 */
export const REFRESH = `
  local facts = redis.call('HMGET', KEYS[1], 'epoch', 'run', 'version')
  if facts[1] ~= ARGV[1] or facts[2] ~= ARGV[2] then return 'stale' end
  if tonumber(facts[3]) >= tonumber(ARGV[3]) then return 'ok' end
  local time = redis.call('TIME')
  local expiresAt = math.max(tonumber(ARGV[7]), time[1] * 1000) + tonumber(ARGV[8])
  redis.call('HSET', KEYS[1], 'version', ARGV[3], 'quota', ARGV[4], 'state', ARGV[5],
    'opensAt', ARGV[6], 'closesAt', ARGV[7], 'expiresAt', expiresAt)
  for _, key in ipairs(KEYS) do redis.call('PEXPIREAT', key, expiresAt) end
  return 'ok'`;

/**
 * Lets everybody in again, after those who were in before.
 * KEYS: facts
 * ARGV: epoch, run id
 */
export const OPEN = `
  local facts = redis.call('HMGET', KEYS[1], 'epoch', 'run')
  if facts[1] ~= ARGV[1] or facts[2] ~= ARGV[2] then return 'stale' end
  redis.call('HSET', KEYS[1], 'returnsUntil', 0)
  return 'ok'`;
