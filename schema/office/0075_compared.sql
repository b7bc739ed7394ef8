-- What the officer compared together with the receiver before a card was handed over, as its words: "Nama, NIK, Foto".
ALTER TABLE hand_over ADD COLUMN compared TEXT NOT NULL DEFAULT '';
