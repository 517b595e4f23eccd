package io.lynxeye.serving.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Meaning of the names of files, folders and variable shards. */
class NamesTest {

  @ParameterizedTest
  @ValueSource(strings = {"a.tmp", "a.PART", "a.zip.partial", "x.crdownload", ".x.swp", "1~"})
  void namesOfRunningCopies(String name) {
    assertThat(Names.isTemporary(name)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"saved_model.pb", "part", "tmp", "model.pt", "1"})
  void namesOfCompleteEntries(String name) {
    assertThat(Names.isTemporary(name)).isFalse();
  }

  @Test
  void aVersionFits64Bits() {
    assertThat(Names.version("9223372036854775807").value()).isEqualTo(Long.MAX_VALUE);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Names.version("9223372036854775808"))
        .withMessageContaining("its version is larger than 9223372036854775807");
  }

  @Test
  void anIncompleteSetOfShardsNamesTheMissingOnes() {
    String data = "variables/variables.data-0000%d-of-00002";
    String index = "variables/variables.index";
    assertThat(Names.missingShard(Set.of())).isEmpty();
    assertThat(Names.missingShard(List.of("assets/x", "variables/checkpoint"))).isEmpty();
    assertThat(Names.missingShard(Set.of(data.formatted(0), data.formatted(1), index))).isEmpty();
    assertThat(Names.missingShard(Set.of(data.formatted(0), index))).contains(data.formatted(1));
    assertThat(Names.missingShard(Set.of(data.formatted(1), index))).contains(data.formatted(0));
    assertThat(Names.missingShard(Set.of(data.formatted(0), data.formatted(1)))).contains(index);
    assertThat(Names.missingShard(Set.of(index)))
        .contains("variables/variables.data-00000-of-00001");
  }
}
