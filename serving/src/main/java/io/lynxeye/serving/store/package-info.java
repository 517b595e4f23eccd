/**
 * The folder of models on disk, the single source of truth for what is served. {@link
 * io.lynxeye.serving.store.StoreWatcher} scans, settles and reads it; {@link
 * io.lynxeye.serving.store.StoreEditor} changes it.
 *
 * <p>The package is flat, because only a few of its types are public: subpackages would make the
 * rest public too.
 */
package io.lynxeye.serving.store;
