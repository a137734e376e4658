-- Since when somebody has let the bridge write to a target whose mode the configuration leaves open; one that was written to goes on.
ALTER TABLE target_state ADD COLUMN enforced_at bigint;
INSERT INTO target_state (target, failures, probes, enforced_at)
SELECT DISTINCT target, 0, 0, CAST(extract(epoch FROM now()) * 1000000 AS bigint) FROM link WHERE remote_id IS NOT NULL
ON CONFLICT (target) DO UPDATE SET enforced_at = excluded.enforced_at;
