package io.lynxeye.telemetry.logging;

import com.fasterxml.jackson.core.JsonGenerator;
import io.lynxeye.security.AuditEntry;
import io.lynxeye.security.AuditLog;
import io.lynxeye.security.Caller;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An append-only file with a JSON object per line. A line is written before the next one is
 * accepted, without buffering. If the file was moved or deleted, as by logrotate, the next line
 * begins a new one. After a failure, the file is opened again for the next line, which never joins
 * a line that was cut short. A new file can be read by its owner only.
 */
public final class AuditFile implements AuditLog, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(AuditFile.class);

  private final Path path;
  private OutputStream out = OutputStream.nullOutputStream();
  private Optional<Object> identity = Optional.empty();
  private boolean isBroken;

  /**
   * Opens the file.
   *
   * @throws IOException when it cannot be written
   */
  public AuditFile(Path path) throws IOException {
    this.path = path.toAbsolutePath();
    open();
  }

  private void open() throws IOException {
    out.close();
    out =
        Channels.newOutputStream(
            FileChannel.open(
                path,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND),
                PosixFilePermissions.asFileAttribute(
                    PosixFilePermissions.fromString("rw-------"))));
    if (isCutShort()) {
      out.write('\n');
    }
    identity = identity();
  }

  /** Whether a disk that was full, or a crash, has left half a line. */
  private boolean isCutShort() throws IOException {
    if (!Files.isRegularFile(path) || !Files.isReadable(path)) {
      return false;
    }
    try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
      ByteBuffer last = ByteBuffer.allocate(1);
      return file.size() > 0 && file.read(last, file.size() - 1) == 1 && last.get(0) != '\n';
    }
  }

  /** What tells the file from another one at its path; empty if it does not exist. */
  private Optional<Object> identity() throws IOException {
    try {
      return Optional.ofNullable(Files.readAttributes(path, BasicFileAttributes.class).fileKey());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  @Override
  public synchronized void record(AuditEntry entry) {
    String line = JsonLine.of(json -> write(json, entry)) + "\n";
    try {
      if (isBroken || !identity().equals(identity)) {
        open();
      }
      isBroken = true; // Unless the next line returns.
      out.write(line.getBytes(StandardCharsets.UTF_8));
      isBroken = false;
    } catch (IOException e) {
      log.error("a line of the audit log {} is not written: {}", path, line.strip(), e);
    }
  }

  private static void write(JsonGenerator json, AuditEntry entry) throws IOException {
    JsonLine.field(json, "time", entry.time());
    JsonLine.field(json, "requestId", entry.requestId());
    JsonLine.field(json, "port", entry.port());
    JsonLine.field(json, "from", entry.from());
    JsonLine.field(json, "key", entry.caller().map(Caller::name).orElse(null));
    JsonLine.field(json, "role", entry.caller().map(caller -> caller.role().word()).orElse(null));
    JsonLine.field(json, "action", entry.action());
    json.writeObjectFieldStart("parameters");
    for (Map.Entry<String, String> one : entry.parameters().entrySet()) {
      JsonLine.field(json, one.getKey(), one.getValue());
    }
    json.writeEndObject();
    JsonLine.field(json, "status", entry.status());
    JsonLine.field(json, "result", entry.result());
  }

  @Override
  public synchronized void close() throws IOException {
    out.close();
  }
}
