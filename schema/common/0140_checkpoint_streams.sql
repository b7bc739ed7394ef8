-- Signed places of a stream in their order, whoever signed them: each exchange looks at the newest of every stream.
CREATE INDEX road_checkpoint_stream ON road_checkpoint (source, epoch, stream, n);
