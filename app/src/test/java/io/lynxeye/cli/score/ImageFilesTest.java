package io.lynxeye.cli.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.lynxeye.cli.options.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFilesTest {

  @TempDir private Path folder;

  private String file(String name) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, "").toString();
  }

  @Test
  void filesKeepTheirOrder() throws Failure {
    List<String> files = List.of("z.jpg", "missing.png", "-", "no-extension", "z.jpg");

    assertThat(ImageFiles.expand(files)).isEqualTo(files);
  }

  @Test
  void aFolderIsReplacedByItsImagesSortedByName() throws Exception {
    String b = file("b.PNG");
    String a = file("a.jpg");
    String deep = file("c/deep.jpeg");
    file("notes.txt");
    file("jpg");
    file("c/jpeg.zip");

    assertThat(ImageFiles.expand(List.of("first.jpg", folder.toString(), "last.jpg")))
        .containsExactly("first.jpg", a, b, deep, "last.jpg");
  }

  @Test
  void aFolderWithoutImagesIsAnError() throws Exception {
    file("notes.txt");

    assertThatExceptionOfType(Failure.class)
        .isThrownBy(() -> ImageFiles.expand(List.of(folder.toString())))
        .withMessageContaining("no images")
        .withMessageContaining(folder.toString());
  }
}
