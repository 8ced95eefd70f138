# Every tests/<folder>/<thing>_test.c is a test of that folder; then the house itself, and the installed library.
# None of them touches the user's cache.
pkg_check_modules(CMOCKA REQUIRED IMPORTED_TARGET cmocka)

# Leaks of outside libraries are not ours to fix; see the file.
set(test_environment "SONAXIS_CACHE=off"
    "LSAN_OPTIONS=suppressions=${CMAKE_SOURCE_DIR}/tools/leaks_of_others.txt:print_suppressions=0")

foreach(folder IN LISTS SX_FOLDERS)
  file(GLOB tests CONFIGURE_DEPENDS tests/${folder}/*_test.c)
  foreach(source IN LISTS tests)
    get_filename_component(name ${source} NAME_WE)
    add_executable(${folder}_${name} ${source})
    target_compile_definitions(${folder}_${name} PRIVATE SX_GOLDEN="${CMAKE_SOURCE_DIR}/tests/golden"
                               SX_SHARED="${CMAKE_SOURCE_DIR}/../shared")
    target_include_directories(${folder}_${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests)
    target_link_libraries(${folder}_${name} PRIVATE sx_options sx_${folder} PkgConfig::CMOCKA)
    add_test(NAME ${folder}/${name} COMMAND ${folder}_${name})
    set_tests_properties(${folder}/${name} PROPERTIES TIMEOUT 300 ENVIRONMENT "${test_environment}")
  endforeach()
endforeach()

# The same kernel tests for 64-bit ARM, where a cross compiler and qemu are installed.
add_test(NAME kernels/qemu_test COMMAND sh ${CMAKE_SOURCE_DIR}/tests/kernels/qemu_test.sh ${CMAKE_SOURCE_DIR}
         ${CMAKE_BINARY_DIR}/qemu)
set_tests_properties(kernels/qemu_test PROPERTIES TIMEOUT 600 SKIP_RETURN_CODE 77)

# Shell tests of the tool: tests/cli/<thing>_test.sh, called with the tool and a folder of their own.
if(TARGET sonaxis_cli)
  file(GLOB tests CONFIGURE_DEPENDS tests/cli/*_test.sh)
  foreach(script IN LISTS tests)
    get_filename_component(name ${script} NAME_WE)
    add_test(NAME cli/${name} COMMAND sh ${script} $<TARGET_FILE:sonaxis_cli> ${CMAKE_BINARY_DIR}/cli_${name})
    set_tests_properties(cli/${name} PROPERTIES TIMEOUT 600 ENVIRONMENT "${test_environment}")
  endforeach()
endif()

foreach(check IN ITEMS layers seam style)
  add_test(NAME house/${check} COMMAND sh ${CMAKE_SOURCE_DIR}/tools/check_${check}.sh ${CMAKE_SOURCE_DIR})
endforeach()
add_test(NAME house/checks_can_fail COMMAND sh ${CMAKE_SOURCE_DIR}/tests/house/check_test.sh ${CMAKE_SOURCE_DIR}/tools)

add_test(NAME installed/library COMMAND sh ${CMAKE_SOURCE_DIR}/tests/installed/installed_test.sh
         ${CMAKE_COMMAND} ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR} ${CMAKE_C_COMPILER})
set_tests_properties(installed/library PROPERTIES TIMEOUT 300 ENVIRONMENT "CFLAGS=${CMAKE_C_FLAGS}")

# bench/calibration looks below the tool, at what only the library's own parts can do.
add_executable(calibration bench/calibration/calibration.c)
target_link_libraries(calibration PRIVATE sx_options sx_experiment)
add_executable(moving_bench bench/moving/moving.c)
target_link_libraries(moving_bench PRIVATE sx_options sx_experiment)
