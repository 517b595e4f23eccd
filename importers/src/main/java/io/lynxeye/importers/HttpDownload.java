package io.lynxeye.importers;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Downloads over http(s) into a partial file and goes on where an earlier attempt ended, if the
 * server still has the same content: its ETag or date is kept beside the partial file. Redirects
 * are followed, but not from https to http.
 */
final class HttpDownload {
  private static final int OK = 200;
  private static final int PARTIAL = 206;
  private static final int RANGE_REFUSED = 416;

  private final HttpClient client;
  private final Duration stall;

  /**
   * {@code stall} limits the wait for the connection, for the answer and for each part of the body.
   */
  HttpDownload(Duration stall) {
    this.stall = stall;
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(stall)
            .followRedirects(HttpClient.Redirect.NORMAL)
            .build();
  }

  /**
   * Completes {@code partial}; after a failure what has arrived stays there for the next attempt.
   */
  void fetch(URI address, Path partial, DiskSpace space, Progress progress)
      throws IOException, ImportException, InterruptedException {
    PartialFile file = new PartialFile(partial);
    HttpResponse<BodyReader> response = send(address, file);
    if (response.statusCode() == RANGE_REFUSED && file.bytes() > 0) {
      response.body().cancel();
      file.discard();
      response = send(address, file);
    }
    try {
      long start = start(response, address, file);
      long length = response.headers().firstValueAsLong("content-length").orElse(-1);
      if (start == 0) {
        file.begin(response.headers());
      }
      space.require(partial.toAbsolutePath().getParent(), Math.max(0, length));
      long total = length < 0 ? -1 : start + length;
      try (Progress.Step step = progress.begin("Downloading " + shown(address), total)) {
        step.advance(start);
        append(response.body(), partial, step);
      } catch (HttpTimeoutException e) {
        throw broken(address, "stalled: " + e.getMessage(), file, total, e);
      } catch (IOException e) {
        if (DiskSpace.isLocal(e)) {
          throw e;
        }
        throw broken(address, "was cut short", file, total, e);
      }
      file.complete();
    } finally {
      response.body().cancel();
    }
  }

  /** The address for people: without user and query, in which a secret may be. */
  static String shown(URI address) {
    int port = address.getPort();
    return address.getScheme()
        + "://"
        + address.getHost()
        + (port < 0 ? "" : ":" + port)
        + address.getPath();
  }

  private HttpResponse<BodyReader> send(URI address, PartialFile file)
      throws IOException, ImportException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(address);
    Optional<String> validator = file.validator();
    if (file.bytes() > 0 && validator.isPresent()) {
      request.header("Range", "bytes=" + file.bytes() + "-").header("If-Range", validator.get());
    }
    CompletableFuture<HttpResponse<BodyReader>> answer =
        client.sendAsync(request.build(), info -> new BodyReader());
    try {
      return answer.get(stall.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new ImportException(
          shown(address)
              + " cannot be reached ("
              + e.getCause()
              + "): check the address, the network and the"
              + " proxy.",
          e);
    } catch (TimeoutException e) {
      throw new ImportException(
          shown(address) + " did not answer within " + stall.toSeconds() + " s: try again later.",
          e);
    } finally {
      answer.cancel(true);
    }
  }

  /** The position in the file at which the body of this answer begins. */
  private static long start(HttpResponse<BodyReader> response, URI address, PartialFile file)
      throws IOException, ImportException {
    int status = response.statusCode();
    if (status == OK) {
      return 0;
    }
    String range = response.headers().firstValue("content-range").orElse("");
    if (status == PARTIAL && range.startsWith("bytes " + file.bytes() + "-")) {
      return file.bytes();
    }
    String problem =
        switch (status) {
          case 404, 410 -> "nothing is there (" + status + "): check the address";
          case 401, 403 ->
              "access is refused ("
                  + status
                  + "): download the file in another way and"
                  + " name it as the source";
          case 301, 302, 303, 307, 308 ->
              "it redirects to "
                  + response.headers().firstValue("location").orElse("nowhere")
                  + ", which is not followed: name the final address yourself";
          default -> "the server answered " + status + ": try again later";
        };
    throw new ImportException("Downloading " + shown(address) + " failed, " + problem + ".");
  }

  private void append(BodyReader body, Path partial, Progress.Step step)
      throws IOException, InterruptedException {
    try (FileChannel channel = FileChannel.open(partial, StandardOpenOption.APPEND)) {
      Optional<List<ByteBuffer>> part = body.next(stall);
      while (part.isPresent()) {
        for (ByteBuffer buffer : part.get()) {
          int bytes = buffer.remaining();
          while (buffer.hasRemaining()) {
            channel.write(buffer);
          }
          step.advance(bytes);
        }
        part = body.next(stall);
      }
    }
  }

  private static ImportException broken(
      URI address, String how, PartialFile file, long total, Throwable cause) throws IOException {
    return new ImportException(
        "Downloading "
            + shown(address)
            + " "
            + how
            + " after "
            + file.bytes()
            + (total < 0 ? "" : " of " + total)
            + " bytes: run the import again, it goes on from there if the server lets it.",
        cause);
  }
}
