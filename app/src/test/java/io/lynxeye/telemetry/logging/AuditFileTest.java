package io.lynxeye.telemetry.logging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.security.AuditEntry;
import io.lynxeye.security.Caller;
import io.lynxeye.security.Role;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditFileTest {

  private static final Instant TIME = Instant.parse("2026-11-29T20:00:00Z");

  @TempDir private Path folder;

  private static AuditEntry entry(String id, Optional<Caller> caller, String action) {
    return new AuditEntry(
        TIME,
        id,
        "management",
        "127.0.0.1",
        caller,
        action,
        Map.of("url", "resnet50", "model_name", "m"),
        200,
        AuditEntry.result(200));
  }

  private static AuditEntry entry(String id) {
    return entry(id, Optional.of(new Caller("admin", Role.ADMIN)), "POST /models");
  }

  @Test
  void aCallIsALineOfJson() throws IOException {
    Path file = folder.resolve("audit.log");
    try (AuditFile log = new AuditFile(file)) {
      log.record(entry("id-1"));
      log.record(entry("id-2", Optional.empty(), "DELETE /models/a\nb\u2028"));
    }

    assertThat(Files.readAllLines(file)).hasSize(2);
    assertThat(Files.readAllLines(file).get(0))
        .isEqualTo(
            "{\"time\":\"2026-11-29T20:00:00Z\",\"requestId\":\"id-1\",\"port\":\"management\","
                + "\"from\":\"127.0.0.1\",\"key\":\"admin\",\"role\":\"admin\","
                + "\"action\":\"POST /models\","
                + "\"parameters\":{\"model_name\":\"m\",\"url\":\"resnet50\"},"
                + "\"status\":200,\"result\":\"done\"}");
    JsonObject second = new JsonObject(Files.readAllLines(file).get(1));
    assertThat(second.getString("action")).isEqualTo("DELETE /models/a\nb\u2028");
    assertThat(second.containsKey("key")).isTrue();
    assertThat(second.getString("key")).isNull();
  }

  @Test
  void aMovedOrDeletedFileIsBegunAgain() throws IOException {
    Path file = folder.resolve("audit.log");
    Path old = folder.resolve("audit.log.1");
    try (AuditFile log = new AuditFile(file)) {
      log.record(entry("first"));
      Files.move(file, old);
      log.record(entry("second"));
      log.record(entry("third"));
      assertThat(old).content().contains("first").hasLineCount(1);
      assertThat(file).content().contains("second", "third").hasLineCount(2);

      Files.delete(file);
      log.record(entry("fourth"));
      assertThat(file).content().contains("fourth").hasLineCount(1);
    }
  }

  @Test
  void whatIsThereStays() throws IOException {
    Path file = Files.writeString(folder.resolve("audit.log"), "before\n");
    try (AuditFile log = new AuditFile(file)) {
      log.record(entry("after"));
    }

    assertThat(file).content().startsWith("before\n").contains("after").hasLineCount(2);
  }

  @Test
  void aLineThatWasCutShortStaysAlone() throws IOException {
    Path file = Files.writeString(folder.resolve("audit.log"), "{\"time\":\"2026-11-");
    try (AuditFile log = new AuditFile(file)) {
      log.record(entry("after"));
    }

    assertThat(Files.readAllLines(file)).hasSize(2);
    assertThat(new JsonObject(Files.readAllLines(file).get(1)).getString("requestId"))
        .isEqualTo("after");
  }

  @Test
  void aFailureDoesNotEndTheLog() throws IOException {
    Path file = folder.resolve("audit.log");
    try (AuditFile log = new AuditFile(file)) {
      Thread.currentThread().interrupt(); // Closes the file during the write.
      log.record(entry("lost"));
      assertThat(Thread.interrupted()).isTrue();
      log.record(entry("next"));
    }

    assertThat(file).content().contains("next").hasLineCount(1);
  }

  @Test
  void aNewFileCanBeReadByItsOwnerOnly() throws IOException {
    Path file = folder.resolve("audit.log");
    new AuditFile(file).close();

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void aFolderThatDoesNotExistIsReportedAtOnce() {
    assertThatThrownBy(() -> new AuditFile(folder.resolve("none").resolve("audit.log")))
        .isInstanceOf(IOException.class);
  }
}
