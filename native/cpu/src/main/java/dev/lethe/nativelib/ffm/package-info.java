/** Native memory and native functions through the JDK's foreign function and memory API. */
@NullMarked
package dev.lethe.nativelib.ffm;

import org.jspecify.annotations.NullMarked;
