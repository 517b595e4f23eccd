package io.lynxeye.collection;

import io.lynxeye.lifecycle.ModelInput;
import io.lynxeye.scoring.Call;
import io.lynxeye.scoring.RequestListener;
import io.lynxeye.scoring.RequestSummary;
import io.lynxeye.scoring.ScoreResult;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notes scored pictures in files, on a thread of its own; tensors that a client prepared are none.
 * A request never waits for it: what the thread cannot keep up with is dropped and counted.
 */
public final class PictureCollector implements RequestListener, Closeable {

  private static final Logger log = LoggerFactory.getLogger(PictureCollector.class);
  private static final long FAREWELL_MILLIS = 3000;

  /**
   * How much may wait, and how much is kept.
   *
   * @param waiting pictures that wait to be noted
   * @param waitingBytes of them, together
   * @param fileBytes of one file
   * @param files kept
   */
  record Limits(int waiting, long waitingBytes, long fileBytes, int files) {

    static final Limits DEFAULT = new Limits(1000, 16L << 20, 64L << 20, 10);
  }

  /** How notes are written; replaced by tests. */
  interface Lines extends Closeable {
    void write(String line) throws IOException;
  }

  private final Sampling sampling;
  private final Limits limits;
  private final InstantSource time;
  private final Lines lines;
  private final LinkedBlockingQueue<Optional<PictureNote>> queue = new LinkedBlockingQueue<>();
  private final AtomicLong waitingBytes = new AtomicLong();
  private final AtomicLong noted = new AtomicLong();
  private final AtomicLong dropped = new AtomicLong();
  private final Thread thread = new Thread(this::work, "collect");
  private boolean failing; // The thread's alone.
  private volatile boolean closed;

  PictureCollector(double share, Limits limits, InstantSource time, Lines lines) {
    this.sampling = new Sampling(share);
    this.limits = limits;
    this.time = time;
    this.lines = lines;
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Starts to note.
   *
   * @param folder for this server's notes alone; made if need be
   * @param share of the pictures, more than 0, at most 1
   * @throws IOException when the folder cannot be written to
   */
  public static PictureCollector open(Path folder, double share) throws IOException {
    Limits limits = Limits.DEFAULT;
    RotatingFile file = new RotatingFile(folder, limits.fileBytes(), limits.files());
    return new PictureCollector(share, limits, InstantSource.system(), into(file));
  }

  static Lines into(RotatingFile file) {
    return new Lines() {
      @Override
      public void write(String line) throws IOException {
        file.write(line);
      }

      @Override
      public void close() throws IOException {
        file.close();
      }
    };
  }

  /** Pictures that were noted. */
  public long noted() {
    return noted.get();
  }

  /** Pictures that should have been and were not. */
  public long dropped() {
    return dropped.get();
  }

  @Override
  public void scored(Call call, ModelInput input, ScoreResult result) {
    if (input instanceof ModelInput.Picture picture && sampling.takes(picture.bytes())) {
      note(call, picture.bytes(), result);
    }
  }

  private void note(Call call, byte[] body, ScoreResult result) {
    if (!closed && hold(body.length)) {
      queue.add(Optional.of(new PictureNote(time.instant(), call, body, result)));
    } else {
      dropped.incrementAndGet();
    }
  }

  /** In one step: a refused giant must not be in a small one's way. */
  private boolean hold(int bytes) {
    long room = limits.waitingBytes() - bytes;
    return queue.size() < limits.waiting()
        && waitingBytes.getAndUpdate(n -> n <= room ? n + bytes : n) <= room;
  }

  @Override
  public void ended(RequestSummary request) {
    // Pictures are noted, not requests.
  }

  private void work() {
    try (lines) {
      for (Optional<PictureNote> next = queue.take(); next.isPresent(); next = queue.take()) {
        write(next.get());
      }
    } catch (InterruptedException | IOException e) {
      log.warn("collecting has ended: {}", e.toString());
    }
  }

  private void write(PictureNote note) {
    try {
      lines.write(note.line());
      noted.incrementAndGet();
      failing = false;
    } catch (IOException | RuntimeException e) {
      dropped.incrementAndGet();
      if (!failing) { // Once, not for every picture.
        log.error("scored pictures cannot be noted and are dropped: {}", e.toString());
      }
      failing = true;
    } finally {
      waitingBytes.addAndGet(-note.picture().length);
    }
  }

  /** Notes what waits, for a few seconds at most. */
  @Override
  public void close() {
    closed = true;
    queue.add(Optional.empty());
    try {
      thread.join(FAREWELL_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
