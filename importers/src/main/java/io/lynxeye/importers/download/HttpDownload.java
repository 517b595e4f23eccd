package io.lynxeye.importers.download;

import io.lynxeye.archive.Archive;
import io.lynxeye.archive.ArchiveLimits;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Downloads over http(s) into a file. A body that breaks off or stalls is requested again, from its
 * beginning, a few times. Redirects are followed, but not from https to http. Messages hold nothing
 * of what was read.
 */
public final class HttpDownload {
  private static final int ATTEMPTS = 3;
  private static final long POLL_MILLIS = 100;

  private final Duration stall;
  private final AddressRule rule;
  private final long limit;

  /**
   * Creates a client; nothing is requested yet.
   *
   * @param stall limits the wait for the connection, for the response and for more of the body
   * @param rule decides which addresses may be read
   */
  public HttpDownload(Duration stall, AddressRule rule) {
    this(stall, rule, ArchiveLimits.DEFAULT.bytes());
  }

  /** The same with another limit of the size, in bytes. */
  HttpDownload(Duration stall, AddressRule rule, long limit) {
    this.stall = stall;
    this.rule = rule;
    this.limit = limit;
  }

  /**
   * Checks an address without a request.
   *
   * @throws ImportException when it may not be read
   */
  void requireAllowed(URI address) throws ImportException {
    rule.check(address);
  }

  /**
   * Downloads the content of an address.
   *
   * @param file created or replaced; after a failure the caller deletes what is there
   * @throws IOException when this disk is the reason
   */
  public void fetch(URI address, Path file, DiskSpace space, Progress progress)
      throws IOException, ImportException, InterruptedException {
    Optional<ImportException> broken = attempt(address, file, space, progress);
    for (int attempts = 1; broken.isPresent() && attempts < ATTEMPTS; attempts++) {
      broken = attempt(address, file, space, progress);
    }
    if (broken.isPresent()) {
      throw broken.get();
    }
  }

  /** The address for people: without user and query, which may hold a secret. */
  static String shown(URI address) {
    String port = address.getPort() < 0 ? "" : ":" + address.getPort();
    return address.getScheme() + "://" + address.getHost() + port + address.getPath();
  }

  /** Returns why the body is incomplete, if it is: the only failure worth another attempt. */
  private Optional<ImportException> attempt(
      URI address, Path file, DiskSpace space, Progress progress)
      throws IOException, ImportException, InterruptedException {
    Files.deleteIfExists(file); // A cancelled attempt may still write to the previous one.
    CompletableFuture<Long> length = new CompletableFuture<>();
    HttpTransfer transfer = new HttpTransfer(address, file, space, rule, stall, limit, length);
    CompletableFuture<Void> download = transfer.start();
    try {
      long total = awaitLength(length, download, address);
      try (Progress.Step step = progress.begin("Downloading " + shown(address), total)) {
        if (awaitBody(download, file, step)) {
          return Optional.empty();
        }
        return Optional.of(
            broken(address, "stalled for " + stall.toSeconds() + " s", file, total, null));
      } catch (ExecutionException e) {
        if (e.getCause() instanceof IOException failure && Archive.isLocal(failure)) {
          throw failure;
        }
        if (e.getCause() instanceof ImportException refusal) {
          throw refusal;
        }
        return Optional.of(broken(address, "was cut short", file, total, e.getCause()));
      }
    } finally {
      transfer.cancel();
    }
  }

  private long awaitLength(
      CompletableFuture<Long> length, CompletableFuture<?> download, URI address)
      throws ImportException, InterruptedException {
    try {
      CompletableFuture.anyOf(length, download).get(stall.toMillis(), TimeUnit.MILLISECONDS);
      return length.join();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ImportException refusal) {
        throw refusal;
      }
      throw new ImportException(
          "%s cannot be reached (%s): check the address, the network and the proxy."
              .formatted(shown(address), HttpTransfer.problem(e.getCause())),
          e);
    } catch (TimeoutException e) {
      throw new ImportException(
          shown(address) + " did not answer within " + stall.toSeconds() + " s: try again later.",
          e);
    }
  }

  /** Reports what arrives; false when nothing has arrived for too long. */
  private boolean awaitBody(Future<?> download, Path file, Progress.Step step)
      throws IOException, ExecutionException, InterruptedException {
    long reported = 0;
    long lastArrival = System.nanoTime();
    while (System.nanoTime() - lastArrival < stall.toNanos()) {
      boolean isComplete = isComplete(download);
      long arrived = bytes(file);
      if (arrived > reported) {
        step.advance(arrived - reported);
        reported = arrived;
        lastArrival = System.nanoTime();
      }
      if (isComplete) {
        return true;
      }
    }
    return false;
  }

  private static boolean isComplete(Future<?> download)
      throws ExecutionException, InterruptedException {
    try {
      download.get(POLL_MILLIS, TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    }
  }

  private static long bytes(Path file) throws IOException {
    return Files.exists(file) ? Files.size(file) : 0;
  }

  private static ImportException broken(
      URI address, String how, Path file, long total, Throwable cause) throws IOException {
    String bytes = bytes(file) + (total < 0 ? "" : " of " + total);
    return new ImportException(
        ("Downloading %s %s after %s bytes in the last of %s attempts: check the network and run"
                + " the import again.")
            .formatted(shown(address), how, bytes, ATTEMPTS),
        cause);
  }
}
