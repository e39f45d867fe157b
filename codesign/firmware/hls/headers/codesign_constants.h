#ifndef CODESIGN_CONSTANTS_H_
#define CODESIGN_CONSTANTS_H_

#ifndef __SYNTHESIS__

#include <cstddef>

namespace nnet {

// C simulation only: one loop compiles in no time, an initializer of many fixed-point numbers does not.
template <class entry_T, size_t N> bool fill_constants(entry_T (&entries)[N], const double (&values)[N]) {
    for (size_t i = 0; i < N; i++)
        entries[i] = values[i];
    return true;
}

} // namespace nnet

#endif

#endif
