package io.lynxeye.importers.download;

import io.lynxeye.archive.Archive;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Downloads over http(s) into a file. A body that breaks off or stalls is requested again, from its
 * beginning, a few times. Redirects are followed, but not from https to http.
 */
public final class HttpDownload {
  private static final int OK = 200;
  private static final int ATTEMPTS = 3;
  private static final long POLL_MILLIS = 100;

  private final HttpClient client;
  private final Duration stall;

  /**
   * Creates a client; nothing is requested yet.
   *
   * @param stall limits the wait for the connection, for the response and for more of the body
   */
  public HttpDownload(Duration stall) {
    this.stall = stall;
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(stall)
            .followRedirects(HttpClient.Redirect.NORMAL)
            .build();
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
    CompletableFuture<HttpResponse<Path>> download =
        client.sendAsync(
            HttpRequest.newBuilder(address).build(),
            response -> receive(response, address, file, space, length));
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
        return Optional.of(broken(address, "was cut short", file, total, e.getCause()));
      }
    } finally {
      download.cancel(true);
    }
  }

  /** Decides on a response, on a thread of the client: its length, or why it is refused. */
  private static BodySubscriber<Path> receive(
      HttpResponse.ResponseInfo response,
      URI address,
      Path file,
      DiskSpace space,
      CompletableFuture<Long> length) {
    long bytes = response.headers().firstValueAsLong("content-length").orElse(-1);
    try {
      requireContent(response, address);
      space.require(file.toAbsolutePath().getParent(), Math.max(0, bytes));
      length.complete(bytes);
      return BodySubscribers.ofFile(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    } catch (IOException e) {
      length.completeExceptionally(DiskSpace.explain(e, bytes));
    } catch (ImportException e) {
      length.completeExceptionally(e);
    }
    return BodySubscribers.replacing(file);
  }

  private static void requireContent(HttpResponse.ResponseInfo response, URI address)
      throws ImportException {
    int status = response.statusCode();
    if (status == OK) {
      return;
    }
    String problem =
        switch (status) {
          case 404, 410 -> "nothing is there (" + status + "): check the address";
          case 401, 403 ->
              "access is refused (%s): download the file in another way and name it as the source"
                  .formatted(status);
          case 301, 302, 303, 307, 308 ->
              "it redirects to %s, which is not followed: name the final address yourself"
                  .formatted(response.headers().firstValue("location").orElse("nowhere"));
          default -> "the server answered " + status + ": try again later";
        };
    throw new ImportException("Downloading " + shown(address) + " failed, " + problem + ".");
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
              .formatted(shown(address), e.getCause()),
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
