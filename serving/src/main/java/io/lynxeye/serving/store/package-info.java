/**
 * The folder of models on disk, the single source of truth for what is served. {@link
 * io.lynxeye.serving.store.StoreWatcher} scans, settles and reads it; {@link
 * io.lynxeye.serving.store.StoreEditor} changes it.
 */
package io.lynxeye.serving.store;
