package io.lynxeye.cli.score;

import io.lynxeye.cli.options.Failure;
import io.lynxeye.serving.model.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** The images that the arguments of a command name. */
public final class ImageFiles {

  private static final Set<String> EXTENSIONS =
      Set.of("jpg", "jpeg", "png", "gif", "bmp", "tif", "tiff", "webp");

  private static final int MAX_BYTES = 16 << 20;

  private ImageFiles() {}

  /**
   * Files and {@code -} stay in their order, missing ones too: each gets its own error later. A
   * folder is replaced by the images in it and its subfolders, ordered by name.
   *
   * @throws Failure when there is no file at all
   */
  public static List<String> expand(List<String> arguments) throws Failure {
    List<String> images = new ArrayList<>();
    for (String argument : arguments) {
      Path path = Path.of(argument);
      if (Files.isDirectory(path)) {
        images.addAll(below(path));
      } else {
        images.add(argument);
      }
    }
    if (images.isEmpty()) {
      throw new Failure("no images (" + EXTENSIONS + ") in " + arguments);
    }
    return images;
  }

  /** An unreadable folder stays as it is and gets its own error later, like a file. */
  private static List<String> below(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> EXTENSIONS.contains(extension(file)))
          .map(Path::toString)
          .sorted()
          .toList();
    } catch (IOException | UncheckedIOException e) { // Files.walk throws the latter.
      return List.of(folder.toString());
    }
  }

  private static String extension(Path file) {
    String name = file.getFileName().toString();
    int dot = name.lastIndexOf('.');
    return dot < 0 ? "" : name.substring(dot + 1).toLowerCase(Locale.ROOT);
  }

  /**
   * The bytes of a file, or of standard input for {@code -}.
   *
   * @throws InvalidInputException if it is too large
   */
  public static byte[] read(String image) throws IOException, InvalidInputException {
    try (InputStream in = image.equals("-") ? System.in : Files.newInputStream(Path.of(image))) {
      byte[] body = in.readNBytes(MAX_BYTES + 1);
      if (body.length > MAX_BYTES) {
        throw new InvalidInputException("the file is larger than " + (MAX_BYTES >> 20) + " MiB");
      }
      return body;
    }
  }

  /** Why an image could not be scored, in words for the terminal. */
  public static String reason(Throwable failure) {
    if (failure instanceof InvalidInputException) {
      return failure.getMessage();
    }
    return failure instanceof IOException
        ? "cannot read the file (" + failure.getClass().getSimpleName() + ")"
        : failure.toString();
  }
}
