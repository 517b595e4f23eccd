package io.lynxeye.translators;

import javax.imageio.stream.ImageInputStreamImpl;

/**
 * Lets an image reader read the request's own bytes: no cache file and no second copy.
 *
 * <p>The end is told only so often: some readers (TwelveMonkeys' WebP) take it for zeros and go on
 * for minutes, for as many pixels and tables as a hostile header asks for.
 */
final class ByteArrayImageInput extends ImageInputStreamImpl {

  private static final int PATIENCE = 1024;

  private final byte[] data;
  private int readsPastTheEnd;

  ByteArrayImageInput(byte[] data) {
    this.data = data;
  }

  @Override
  public int read() {
    bitOffset = 0;
    return streamPos < data.length ? data[(int) streamPos++] & 0xff : end();
  }

  @Override
  public int read(byte[] target, int offset, int length) {
    bitOffset = 0;
    if (streamPos >= data.length) {
      return end();
    }
    int count = (int) Math.min(length, data.length - streamPos);
    System.arraycopy(data, (int) streamPos, target, offset, count);
    streamPos += count;
    return count;
  }

  private int end() {
    if (++readsPastTheEnd > PATIENCE) {
      throw new IllegalStateException("read on and on past the end");
    }
    return -1;
  }

  @Override
  public long length() {
    return data.length;
  }
}
