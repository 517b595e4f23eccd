package io.lynxeye.aks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** models.sh: what is registered, and its deletion. */
final class ModelsTest {
  @TempDir Path folder;
  private Cloud cloud;

  @BeforeEach
  void registry() throws IOException, InterruptedException {
    cloud = new Cloud(folder);
    assertThat(cloud.run("provision.sh").exit()).isZero();
    cloud.state(
        "models",
        """
        resnet50/1.tar.gz\t94561234\t2026-11-29T10:15:00+00:00\tabc1
        resnet50/2.tar.gz\t1000000\t2026-11-30T11:16:00+00:00\tabc2
        """);
    cloud.state("deleted", "");
  }

  @Test
  void theListHasSizeDateAndDigest() throws Exception {
    Cloud.Outcome list = cloud.run("models.sh", "list");
    assertThat(list.exit()).as(list.err()).isZero();
    assertThat(list.out().lines().map(line -> line.replaceAll(" +", " ")))
        .containsExactly(
            "MODEL VERSION MB REGISTERED SHA-256",
            "resnet50 1 94.6 2026-11-29 10:15 abc1",
            "resnet50 2 1.0 2026-11-30 11:16 abc2");
    assertThat(list.calls()).last().asString().contains("--include m").contains("--num-results");
    assertThat(cloud.run("models.sh", "list", "resnet50").calls())
        .last()
        .asString()
        .contains("--prefix resnet50/");
  }

  @Test
  void aVersionIsDeleted() throws Exception {
    cloud.state("served", "/registry/resnet50/1.tar.gz lynxeye/lynxeye\n");
    Cloud.Outcome delete = cloud.run("models.sh", "delete", "resnet50", "2", "--yes");
    assertThat(delete.exit()).as(delete.err()).isZero();
    assertThat(cloud.state("deleted")).isEqualTo("resnet50/2.tar.gz\n");
  }

  @Test
  void whatAServiceServesIsNotDeleted() throws Exception {
    cloud.state("served", "import other/cats\n/registry/resnet50/2.tar.gz other/cats\n");
    for (String[] arguments :
        new String[][] {
          {"delete", "resnet50", "2", "--yes"}, {"delete", "resnet50", "--yes"},
        }) {
      Cloud.Outcome delete = cloud.run("models.sh", arguments);
      assertThat(delete.exit()).isEqualTo(1);
      assertThat(delete.err()).contains("resnet50/2.tar.gz is served by other/cats");
      assertThat(cloud.state("deleted")).isEmpty();
    }
  }

  /** A cluster that does not answer may serve it. */
  @Test
  void withoutAnAnswerOfTheClusterNothingIsDeleted() throws Exception {
    cloud.fails("kubectl-get", "Unable to connect to the server: i/o timeout");
    Cloud.Outcome delete = cloud.run("models.sh", "delete", "resnet50", "--yes");
    assertThat(delete.exit()).isEqualTo(1);
    assertThat(cloud.state("deleted")).isEmpty();
  }

  @Test
  void withoutAClusterOnlyTheQuestionProtectsIt() throws Exception {
    cloud.fails("az-aks-show", "ERROR: (ResourceNotFound) managedClusters/lynxeye was not found");
    Cloud.Outcome asks = cloud.run("models.sh", "delete", "resnet50");
    assertThat(asks.exit()).isEqualTo(1);
    assertThat(asks.err()).contains("no terminal on which to ask").contains("--yes");
    assertThat(cloud.state("deleted")).isEmpty();
    assertThat(cloud.run("models.sh", "delete", "resnet50", "--yes").exit()).isZero();
    assertThat(cloud.state("deleted")).isEqualTo("resnet50/1.tar.gz\nresnet50/2.tar.gz\n");
  }

  @Test
  void wrongWordsAreReported() throws Exception {
    assertThat(cloud.run("models.sh").err()).contains("expected list [NAME], or delete NAME");
    assertThat(cloud.run("models.sh", "delete").err()).contains("expected list");
    assertThat(cloud.run("models.sh", "delete", "resnet50", "two", "--yes").err())
        .contains("two is not a version");
    assertThat(cloud.run("models.sh", "delete", "resnet50", "3", "--yes").err())
        .contains("resnet50/3 is not registered");
    assertThat(cloud.state("deleted")).isEmpty();
  }
}
