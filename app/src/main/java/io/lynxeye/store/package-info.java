/** The folder of models on disk, read; the single source of truth for what is served. */
package io.lynxeye.store;
