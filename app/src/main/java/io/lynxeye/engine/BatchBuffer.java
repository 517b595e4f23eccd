package io.lynxeye.engine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Memory outside the heap for one batch at a time; grows to the largest. */
final class BatchBuffer {

  private ByteBuffer memory = ByteBuffer.allocateDirect(0);

  /** This many bytes of it, in the machine's order; what they hold is left over. */
  ByteBuffer ofSize(int bytes) {
    if (memory.capacity() < bytes) {
      memory = ByteBuffer.allocateDirect(bytes);
    }
    return memory.clear().limit(bytes).order(ByteOrder.nativeOrder());
  }
}
