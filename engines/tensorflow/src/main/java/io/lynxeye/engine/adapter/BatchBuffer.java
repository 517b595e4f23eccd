package io.lynxeye.engine.adapter;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A direct buffer that holds one batch at a time and grows to the largest batch seen. */
final class BatchBuffer {

  private ByteBuffer memory = ByteBuffer.allocateDirect(0);

  /**
   * Returns the buffer limited to {@code bytes}, in native byte order; its old content is not
   * cleared.
   */
  ByteBuffer ofSize(int bytes) {
    if (memory.capacity() < bytes) {
      memory = ByteBuffer.allocateDirect(bytes);
    }
    return memory.clear().limit(bytes).order(ByteOrder.nativeOrder());
  }
}
