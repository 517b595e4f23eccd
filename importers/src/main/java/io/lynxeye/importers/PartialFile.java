package io.lynxeye.importers;

import java.io.IOException;
import java.net.http.HttpHeaders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What has arrived so far and, beside it, which content of the server it belongs to. */
record PartialFile(Path file) {

  long bytes() throws IOException {
    return Files.exists(file) ? Files.size(file) : 0;
  }

  Optional<String> validator() throws IOException {
    return Files.exists(sidecar()) ? Optional.of(Files.readString(sidecar())) : Optional.empty();
  }

  /** Starts anew with the content that these headers describe. */
  void begin(HttpHeaders headers) throws IOException {
    discard();
    Files.createFile(file);
    Optional<String> strong = headers.firstValue("etag").filter(etag -> !etag.startsWith("W/"));
    Optional<String> validator = strong.or(() -> headers.firstValue("last-modified"));
    if (validator.isPresent()) {
      Files.writeString(sidecar(), validator.get());
    }
  }

  /** Nothing is to come any more. */
  void complete() throws IOException {
    Files.deleteIfExists(sidecar());
  }

  void discard() throws IOException {
    Files.deleteIfExists(file);
    Files.deleteIfExists(sidecar());
  }

  private Path sidecar() {
    return file.resolveSibling(file.getFileName() + ".validator");
  }
}
