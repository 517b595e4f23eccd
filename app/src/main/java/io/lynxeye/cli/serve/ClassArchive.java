package io.lynxeye.cli.serve;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import javax.management.JMException;
import javax.management.ObjectName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The archive of loaded classes from which later starts of this installation take them (Java's
 * class data sharing). The launcher names the file while it is missing, and passes it to Java if
 * there is; a Java that it does not fit ignores it.
 */
final class ClassArchive {

  private static final Logger log = LoggerFactory.getLogger(ClassArchive.class);

  /** System property in which the launcher passes the file that is missing. */
  private static final String FILE = "lynxeye.class-archive";

  /** An archive has about 36 MB. */
  private static final long LEAST_FREE_BYTES = 200L << 20;

  private static final String ENDING = ".jsa";

  private ClassArchive() {}

  /**
   * Writes the archive if the launcher asks for it. All threads pause meanwhile, for about a
   * second. A failure is no error: later starts are slower, no more.
   */
  static void writeIfMissing() {
    String file = System.getProperty(FILE);
    if (file == null || Files.exists(Path.of(file))) {
      return;
    }
    try {
      write(Path.of(file));
    } catch (IOException | JMException | RuntimeException | Error e) {
      log.debug("the archive of classes could not be written", e);
    }
  }

  /** Java crashes on an archive that is cut short, so an incomplete one must never get the name. */
  private static void write(Path archive) throws IOException, JMException {
    Files.createDirectories(archive.getParent());
    if (Files.getFileStore(archive.getParent()).getUsableSpace() < LEAST_FREE_BYTES) {
      return;
    }
    Path partial = archive.resolveSibling(ProcessHandle.current().pid() + ".partial");
    dump(partial);
    try (FileChannel written = FileChannel.open(partial)) {
      written.force(true);
    }
    Files.move(partial, archive, StandardCopyOption.ATOMIC_MOVE);
    removeOlder(archive);
  }

  /** Java announces the file on standard output, which is for the server's own lines. */
  private static void dump(Path file) throws JMException {
    PrintStream out = System.out;
    System.setOut(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
    try {
      ManagementFactory.getPlatformMBeanServer()
          .invoke(
              new ObjectName("com.sun.management:type=DiagnosticCommand"),
              "vmCds",
              new Object[] {new String[] {"dynamic_dump", file.toString()}},
              new String[] {String[].class.getName()});
    } finally {
      System.setOut(out);
    }
  }

  /** The file's name is that of the installation, a hyphen, and that of its state. */
  private static void removeOlder(Path archive) throws IOException {
    String name = archive.getFileName().toString();
    String installation = name.substring(0, name.indexOf('-') + 1);
    try (DirectoryStream<Path> archives =
        Files.newDirectoryStream(archive.getParent(), installation + "*" + ENDING)) {
      for (Path other : archives) {
        if (!other.equals(archive)) {
          Files.deleteIfExists(other);
        }
      }
    }
  }
}
