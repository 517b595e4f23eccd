package io.lynxeye.importers.download;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import org.junit.jupiter.api.Test;

class DiskSpaceTest {
  @Test
  void namesAFullDiskAndTheSpaceNeeded() {
    IOException full = new IOException("No space left on device");

    assertThat(DiskSpace.explain(full, 205_093_696))
        .hasMessage(
            "The disk is full: the import needs about 206 MB in the store. Free some space and run"
                + " it again.");
  }

  @Test
  void namesAFolderWithoutRights() {
    assertThat(DiskSpace.explain(new AccessDeniedException("/store"), 0))
        .hasMessageStartingWith("/store cannot be read or written by this user");
  }
}
