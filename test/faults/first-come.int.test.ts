import { FAULTS_OF_FIRST_COME } from './faults.ts';
import { testFaults } from './support/test-faults.ts';

testFaults(FAULTS_OF_FIRST_COME);
