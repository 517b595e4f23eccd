/** What is written to logs, and how: alone sees Logback. */
package io.lynxeye.logging;
