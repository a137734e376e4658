-- Since when somebody has let the bridge write to a target whose mode the configuration leaves open; one that was written to goes on.
ALTER TABLE target_state ADD COLUMN enforced_at integer;
INSERT INTO target_state (target, failures, probes, enforced_at)
SELECT DISTINCT target, 0, 0, CAST(strftime('%s', 'now') AS integer) * 1000000 FROM link WHERE remote_id IS NOT NULL
ON CONFLICT (target) DO UPDATE SET enforced_at = excluded.enforced_at;
