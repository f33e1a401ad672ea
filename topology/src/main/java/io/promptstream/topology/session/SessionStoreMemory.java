package io.promptstream.topology.session;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;

/**
 * Limits the memory outside the heap of a store, of which there is one for each partition. Kafka
 * Streams' defaults need six times as much.
 */
public final class SessionStoreMemory implements RocksDBConfigSetter {
  /** The maximum memory of a store, in bytes: blocks, indexes and write buffers. */
  public static final long BYTES = 16L << 20;

  private static final int WRITE_BUFFERS = 2;
  private static final long WRITE_BUFFER_BYTES = BYTES / 4;

  private @Nullable Cache blocks;

  @Override
  public void setConfig(String storeName, Options options, Map<String, Object> configs) {
    BlockBasedTableConfig table = (BlockBasedTableConfig) options.tableFormatConfig();
    blocks = new LRUCache(BYTES / 2);
    table.setBlockCache(blocks);
    table.setCacheIndexAndFilterBlocks(true);
    options.setTableFormatConfig(table);
    options.setWriteBufferSize(WRITE_BUFFER_BYTES);
    options.setMaxWriteBufferNumber(WRITE_BUFFERS);
  }

  @Override
  public void close(String storeName, Options options) {
    if (blocks != null) {
      blocks.close();
    }
  }
}
