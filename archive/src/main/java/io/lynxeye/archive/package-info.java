/** Unpacks zip and tar archives safely, and locks files between processes. */
package io.lynxeye.archive;
