package io.lynxeye.aks;

import com.marcnuri.helm.Helm;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class SkeletonTest {
  @Test
  void helmIsThere() {
    var lint = new Helm(Path.of("chart")).lint().call();
    System.out.println(lint.isFailed() + " " + lint.getMessages());
    System.out.println(
        new Helm(Path.of("chart"))
            .template()
            .withName("lynxeye")
            .withNamespace("lynxeye")
            .withKubeVersion("1.33.0")
            .withValuesFile(Path.of("settings.yaml"))
            .withValuesFile(Path.of("chart/values-t4.yaml"))
            .set("storage_account", "lynxeyeabc")
            .set("gateway", "http")
            .set("model_sha256", "a".repeat(64))
            .call());
  }
}
