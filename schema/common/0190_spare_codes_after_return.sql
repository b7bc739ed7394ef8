-- `after_return`: the last epoch of side_return when the sheet of spare codes was made, 0 for none. A restored database
-- does not know which codes were used since its backup, so codes of an older sheet count by twos
-- (docs/decisions/0103-authenticators.md).
ALTER TABLE spare_code ADD COLUMN after_return INTEGER NOT NULL DEFAULT 0 CHECK (after_return >= 0);
