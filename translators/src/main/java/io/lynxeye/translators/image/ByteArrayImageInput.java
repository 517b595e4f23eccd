package io.lynxeye.translators.image;

import javax.imageio.stream.ImageInputStreamImpl;

/**
 * Lets an image reader read the bytes of the request, without a cache file or a second copy.
 *
 * <p>Reads past the end are limited: some readers treat the end as zeros and would continue for
 * minutes, for as many pixels and tables as a hostile header declares. The length stays unknown to
 * readers: TwelveMonkeys' would refuse an image that is large for its file, such as a blank page.
 */
public final class ByteArrayImageInput extends ImageInputStreamImpl {

  private static final int MAX_READS_PAST_END = 1024;

  private final byte[] data;
  private int readsPastTheEnd;

  /** Wraps the bytes, which are not copied. */
  public ByteArrayImageInput(byte[] data) {
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
    if (++readsPastTheEnd > MAX_READS_PAST_END) {
      throw new IllegalStateException("too many reads past the end");
    }
    return -1;
  }
}
