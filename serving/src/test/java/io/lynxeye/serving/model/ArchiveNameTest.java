package io.lynxeye.serving.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArchiveNameTest {

  @ParameterizedTest
  @CsvSource({
    "m.zip, m",
    "m.mar, m",
    "m.tar, m",
    "m.tgz, m",
    "m.tar.gz, m",
    "M.TAR.GZ, M",
    "a.b.zip, a.b",
    "3.tar.gz, 3"
  })
  void anArchiveIsNamedLikeItsFileWithoutTheExtension(String name, String archived) {
    assertThat(ArchiveName.withoutEnding(name)).contains(archived);
  }

  @ParameterizedTest
  @ValueSource(strings = {"m", "m.gz", "m.rar", "m.tar.z", "zip", "m.zip.txt"})
  void otherFilesAreNotArchives(String name) {
    assertThat(ArchiveName.withoutEnding(name)).isEmpty();
  }
}
