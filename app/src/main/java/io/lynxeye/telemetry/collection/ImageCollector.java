package io.lynxeye.telemetry.collection;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.lynxeye.serving.engine.ModelInput;
import io.lynxeye.serving.observation.Call;
import io.lynxeye.serving.observation.RequestListener;
import io.lynxeye.serving.observation.RequestSummary;
import io.lynxeye.serving.scoring.ScoreResult;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records scored images, but not tensors, in files, on its own thread. A request never waits: if
 * the thread cannot keep up, records are dropped and counted.
 */
public final class ImageCollector implements RequestListener, Closeable {

  private static final Logger log = LoggerFactory.getLogger(ImageCollector.class);
  private static final long CLOSE_MILLIS = 3000;
  private static final double CRC_RANGE = 1L << 32;

  /**
   * The limits of memory and disk space.
   *
   * @param waiting images that wait to be recorded
   * @param waitingBytes bytes of all of these
   * @param fileBytes size of one file
   * @param files number of files
   * @param open how long a file stays open; mounted storage, such as blobs, gets a file when it is
   *     closed
   */
  record Limits(int waiting, long waitingBytes, long fileBytes, int files, Duration open) {

    static final Limits DEFAULT = new Limits(1000, 16L << 20, 64L << 20, 10, Duration.ofMinutes(5));
  }

  /** Where records are written; tests replace it. */
  interface Lines extends Closeable {
    void write(String line) throws IOException;

    /** Closes the file until the next line. */
    void release() throws IOException;
  }

  private final double share;
  private final Limits limits;
  private final InstantSource time;
  private final Lines lines;
  private final LinkedBlockingQueue<Optional<ImageRecord>> queue = new LinkedBlockingQueue<>();
  private final AtomicLong waitingBytes = new AtomicLong();
  private final AtomicLong recorded = new AtomicLong();
  private final AtomicLong dropped = new AtomicLong();
  private final Thread thread = new Thread(this::work, "collect");
  private boolean failing; // Used by the thread only.
  private volatile boolean closed;

  ImageCollector(double share, Limits limits, InstantSource time, Lines lines) {
    this.share = share;
    this.limits = limits;
    this.time = time;
    this.lines = lines;
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Starts to record.
   *
   * @param folder for the records of this server only; created if necessary
   * @param share of the images, more than 0, at most 1
   * @throws IOException if the folder is not writable
   */
  public static ImageCollector open(Path folder, double share) throws IOException {
    Limits limits = Limits.DEFAULT;
    RotatingFile file = new RotatingFile(folder, limits.fileBytes(), limits.files());
    return new ImageCollector(share, limits, InstantSource.system(), file);
  }

  /** Number of recorded images. */
  public long recorded() {
    return recorded.get();
  }

  /** Number of images that were dropped instead. */
  public long dropped() {
    return dropped.get();
  }

  @Override
  public void scored(Call call, ModelInput input, ScoreResult result) {
    if (input instanceof ModelInput.Image image && isSampled(image.bytes(), share)) {
      record(call, image.bytes(), result);
    }
  }

  private void record(Call call, byte[] body, ScoreResult result) {
    if (!closed && hold(body.length)) {
      queue.add(Optional.of(new ImageRecord(time.instant(), call, body, result)));
    } else {
      dropped.incrementAndGet();
    }
  }

  /**
   * Sampling by content: the same image is recorded always or never, on every server, and a larger
   * share includes all images of a smaller one. Takes microseconds, as it runs on event loops.
   */
  static boolean isSampled(byte[] image, double share) {
    if (share >= 1) {
      return true;
    }
    CRC32C digest = new CRC32C();
    digest.update(image, 0, image.length);
    return digest.getValue() < share * CRC_RANGE;
  }

  /** One atomic step: a huge image must not block small ones. */
  private boolean hold(int bytes) {
    long most = limits.waitingBytes() - bytes;
    return queue.size() < limits.waiting()
        && waitingBytes.getAndUpdate(n -> n <= most ? n + bytes : n) <= most;
  }

  @Override
  public void ended(RequestSummary request) {
    // Only images are recorded.
  }

  private void work() {
    long start = System.nanoTime();
    try (lines) {
      while (true) {
        long left = limits.open().toNanos() - (System.nanoTime() - start);
        Optional<ImageRecord> next = left > 0 ? queue.poll(left, NANOSECONDS) : null;
        if (next == null) {
          lines.release();
          start = System.nanoTime();
        } else if (next.isPresent()) {
          write(next.get());
        } else {
          return;
        }
      }
    } catch (InterruptedException | IOException e) {
      log.warn("recording of scored images has ended: {}", e.toString());
    }
  }

  private void write(ImageRecord note) {
    try {
      lines.write(note.line());
      recorded.incrementAndGet();
      failing = false;
    } catch (IOException | RuntimeException | Error e) { // The thread goes on.
      dropped.incrementAndGet();
      if (!failing) { // Once, not for every image.
        log.error("scored images cannot be recorded and are dropped: {}", e.toString());
      }
      failing = true;
    } finally {
      waitingBytes.addAndGet(-note.image().length);
    }
  }

  /** Writes the waiting records, for a few seconds at most. */
  @Override
  public void close() {
    closed = true;
    queue.add(Optional.empty());
    try {
      thread.join(CLOSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
