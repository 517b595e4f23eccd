/**
 * The folder of models on disk, the single source of truth for what is served. {@link
 * io.lynxeye.serving.store.StoreWatcher} scans, settles and reads it; {@link
 * io.lynxeye.serving.store.StoreEditor} changes it.
 *
 * <p>The package is flat, although it has more than sixteen files, because all but four of its
 * types are package-private: subpackages would make them public.
 */
package io.lynxeye.serving.store;
